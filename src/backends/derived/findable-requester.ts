import type { Run } from '../../domain/run/run.ts'

/** Longer names would not fit into an index; nobody has one. */
const LONGEST = 300

/** The name by which a run can be found; '' if there is none. */
export function findableRequester({ requester }: Pick<Run, 'requester'>): string {
  return requester !== null && requester.length <= LONGEST ? requester : ''
}
