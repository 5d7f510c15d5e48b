import type { Run } from '../../domain/run/run.ts'

/** Longer names than anybody has would not fit into an index; nobody looks for them. */
const LONGEST = 300

/** The name by which a run can be looked for; '' if there is none. */
export function findableRequester({ requester }: Pick<Run, 'requester'>): string {
  return requester !== null && requester.length <= LONGEST ? requester : ''
}
