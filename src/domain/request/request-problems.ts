import {
  checkBaseline,
  checkCount,
  checkPackage,
  checkPlace,
  checkReference,
  checkSwitches,
  checkTrigger,
  isPpaName,
  type Refusal,
  readIncompleteForm,
} from './request-form.ts'

/** The fields of the form in which people ask for tests, by the names of their parameters. */
export type RequestField = 'package' | 'trigger' | 'ppa' | 'release' | 'arch' | 'all-proposed'

/** A problem with a request, shown beside the field that it is about. */
export interface RequestProblem {
  /** Undefined for a problem that belongs to no field. */
  readonly field: RequestField | undefined
  /** The value that it is about, for a field with several. */
  readonly value?: string
  readonly text: string
}

/** The message for a PPA of another form. */
export const PPA_FORM = 'A PPA is written owner/name'

const MISSING: readonly (readonly [RequestField, string])[] = [
  ['package', 'Which package?'],
  ['trigger', 'What triggers the test? Name at least one source/version'],
  ['release', 'On which release?'],
  ['arch', 'On which architecture?'],
]

/**
 * All problems of a request that can be found without asking another service, in the order of the form:
 * missing values, and invalid ones. None if `/request.cgi` would accept it.
 */
export function findProblems(
  query: URLSearchParams,
  places: { readonly releases: readonly string[]; readonly arches: readonly string[] },
): RequestProblem[] {
  const form = readIncompleteForm(query)
  const { package: name, triggers, ppas, release, arches } = form
  const given: Readonly<Partial<Record<RequestField, boolean>>> = {
    package: name !== '',
    trigger: triggers.length > 0,
    release: release !== '',
    arch: arches.length > 0,
  }
  const missing = MISSING.filter(([field]) => !given[field]).map(([field, text]) => ({ field, text }))
  return [
    ...missing,
    ...problem('package', name === '' ? undefined : checkPackage(name)),
    ...triggers.flatMap(trigger => problem('trigger', checkTrigger(trigger), trigger)),
    ...ppas.flatMap(ppa => (isPpaName(ppa) ? [] : [{ field: 'ppa' as const, value: ppa, text: PPA_FORM }])),
    ...problem('release', release === '' ? undefined : checkPlace({ release, arches: [] }, places)),
    ...arches.flatMap(arch =>
      problem('arch', checkPlace({ release, arches: [arch] }, { ...places, releases: [release] }), arch),
    ),
    ...problem('all-proposed', checkReference(form)),
    ...problem('trigger', checkBaseline(form)),
    ...problem(undefined, checkSwitches(query, form) ?? checkCount(form)),
  ]
}

/** A refusal as a problem of a field. */
export function problem(
  field: RequestField | undefined,
  refusal: Refusal | undefined,
  value?: string,
): RequestProblem[] {
  if (refusal === undefined) return []
  return [{ field, text: refusal.lines.join(', '), ...(value === undefined ? {} : { value }) }]
}
