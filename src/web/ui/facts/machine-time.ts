import type { MachineTimeRange } from '../../../contracts/files/machine-time-json.ts'
import { count } from './numbers.ts'

/** Time of machines as people reckon it: `412 h`, `35 min`. */
export function machineTimeText(seconds: number): string {
  const hours = seconds / 3600
  if (hours >= 10) return `${count(Math.round(hours))} h`
  if (hours >= 1) return `${Math.round(10 * hours) / 10} h`
  return `${Math.max(1, Math.round(seconds / 60))} min`
}

/** The time over which it is counted, to stand behind `in`. */
export const RANGE_WORDS: Readonly<Record<MachineTimeRange, string>> = {
  day: 'the last day',
  week: 'the last week',
  month: 'the last 30 days',
}
