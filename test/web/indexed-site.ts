import type { Run } from '../../src/domain/run/run.ts'
import { indexTriggers } from '../builders/triggers.ts'
import { aSite } from './site.ts'

/** A site with these runs whose outcomes are counted by trigger. */
export async function indexedSite(...runs: Run[]) {
  const made = await aSite(runs)
  await indexTriggers(made.web)
  return made
}
