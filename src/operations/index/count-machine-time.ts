import type { MachineTimeRow, Results } from '../../backends/results/results.ts'
import {
  type Costs,
  MACHINE_TIME_RANGES,
  type MachineTimeJson,
  type MachineTimeRange,
} from '../../contracts/files/machine-time-json.ts'
import { costsOfTriggers } from '../../domain/run/machine-time.ts'

const DAY_MS = 24 * 3_600_000
const BACK_MS: Readonly<Record<MachineTimeRange, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
}
/**
 * How many triggers are listed, as the page of each shows its cost, and how many of everything else, as a table shows.
 */
const MOST_TRIGGERS = 500
const MOST = 50

/** Counts what the tests of the last day, week and month cost. */
export async function countMachineTime(
  results: Pick<Results, 'machineTime'>,
  now: number,
  signal: AbortSignal,
): Promise<MachineTimeJson> {
  const counted: Partial<Record<MachineTimeRange, Costs>> = {}
  for (const range of MACHINE_TIME_RANGES)
    counted[range] = costsOf(await results.machineTime({ since: new Date(now - BACK_MS[range]), signal }))
  return counted
}

function costsOf(rows: readonly MachineTimeRow[]): Costs {
  const of = (wanted: MachineTimeRow['kind']) =>
    rows.filter(({ kind }) => kind === wanted).map(({ kind: _, ...cost }) => cost)
  return {
    trigger: costsOfTriggers(of('triggers'), MOST_TRIGGERS),
    requester: of('requester').slice(0, MOST),
    package: of('package').slice(0, MOST),
    arch: of('arch').slice(0, MOST),
  }
}
