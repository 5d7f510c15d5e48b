/** What caused a request: a source package in a version. */
export interface Trigger {
  readonly source: string
  readonly version: string
}

/** The trigger of a run that tests the release as it is, the baseline that others are compared with. */
export const MIGRATION_REFERENCE = 'migration-reference/0'

/**
 * The triggers of one run have at most so many characters: more than a thousand of them, where transitions have some
 * hundred. They stand in every row of every list.
 */
export const LONGEST_TRIGGERS = 64_000

/** Splits the space-joined text of a result row; never throws, whatever the row holds. */
export function splitTriggers(triggers: string | null | undefined): string[] {
  return (triggers ?? '').split(/\s+/).filter(Boolean)
}

/** Whether a run tested the release as it is, whatever else it did. */
export const isReferenceRun = ({ triggers }: { readonly triggers: string | null }): boolean =>
  splitTriggers(triggers).includes(MIGRATION_REFERENCE)

/** Undefined unless the text is of the form `source/version`. */
export function parseTrigger(text: string): Trigger | undefined {
  const slash = text.indexOf('/')
  if (slash <= 0 || slash === text.length - 1 || text.indexOf('/', slash + 1) !== -1) return undefined
  return { source: text.slice(0, slash), version: text.slice(slash + 1) }
}

export const triggerText = ({ source, version }: Trigger): string => `${source}/${version}`

/** Whether it is what others are compared with, and has no outcomes itself. */
export const isReference = (trigger: Trigger): boolean => triggerText(trigger) === MIGRATION_REFERENCE
