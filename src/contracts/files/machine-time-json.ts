import { z } from 'zod'

/** The ranges, back from the time of counting. */
export const MACHINE_TIME_RANGES = ['day', 'week', 'month'] as const
export type MachineTimeRange = (typeof MACHINE_TIME_RANGES)[number]

export const MACHINE_TIME_KINDS = ['trigger', 'requester', 'package', 'arch'] as const
export type MachineTimeKind = (typeof MACHINE_TIME_KINDS)[number]

/** The cost of a person or thing. */
export interface Cost {
  readonly name: string
  readonly runs: number
  readonly seconds: number
}

/** Costs by kind, the highest first. */
export type Costs = Readonly<Record<MachineTimeKind, readonly Cost[]>>

/** `machine-time.json`: range → kind → costs; a range is missing until it has been counted. */
export type MachineTimeJson = Readonly<Partial<Record<MachineTimeRange, Costs>>>

const number = z.number().nonnegative()
const costs = z.array(z.object({ name: z.string(), runs: number, seconds: number })).readonly()
const kinds = z.object({ trigger: costs, requester: costs, package: costs, arch: costs })

export const machineTimeJson: z.ZodType<MachineTimeJson> = z.object({
  day: kinds.optional(),
  week: kinds.optional(),
  month: kinds.optional(),
}) as z.ZodType<MachineTimeJson>
