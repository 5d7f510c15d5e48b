import {
  MACHINE_TIME_KINDS,
  MACHINE_TIME_RANGES,
  type MachineTimeKind,
  type MachineTimeRange,
} from '../../contracts/files/machine-time-json.ts'

/** Over how long costs are told: a day, a week, or else a month, as none are counted over a longer time. */
export function readMachineTimeRange(range: string | null): MachineTimeRange {
  return MACHINE_TIME_RANGES.find(one => one === (range ?? 'day')) ?? 'month'
}

/** The kind of costs that is shown; triggers by default. */
export function readMachineTimeKind(of: string | null): MachineTimeKind {
  return MACHINE_TIME_KINDS.find(one => one === of) ?? 'trigger'
}
