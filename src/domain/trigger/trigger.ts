/** The cause of a request: a source package in a version. */
export interface Trigger {
  readonly source: string
  readonly version: string
}

/** The trigger of a run that tests the release as it is, the baseline for comparisons. */
export const MIGRATION_REFERENCE = 'migration-reference/0'

/**
 * The greatest length of a run's triggers, in characters: room for more than a thousand, where transitions
 * have a few hundred. They are in every row of every list.
 */
export const LONGEST_TRIGGERS = 64_000

/** Splits the space-joined text of a result row; never throws, whatever the row holds. */
export function splitTriggers(triggers: string | null | undefined): string[] {
  return (triggers ?? '').split(/\s+/).filter(Boolean)
}

/** Whether a run tested the release as it is, whatever other triggers it had. */
export const isReferenceRun = ({ triggers }: { readonly triggers: string | null }): boolean =>
  splitTriggers(triggers).includes(MIGRATION_REFERENCE)

/** Undefined unless the text is of the form `source/version`. */
export function parseTrigger(text: string): Trigger | undefined {
  const slash = text.indexOf('/')
  if (slash <= 0 || slash === text.length - 1 || text.indexOf('/', slash + 1) !== -1) return undefined
  return { source: text.slice(0, slash), version: text.slice(slash + 1) }
}

export const triggerText = ({ source, version }: Trigger): string => `${source}/${version}`

/** Whether it is the baseline for comparisons, which has no outcomes itself. */
export const isReference = (trigger: Trigger): boolean => triggerText(trigger) === MIGRATION_REFERENCE
