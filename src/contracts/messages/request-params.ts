import { z } from 'zod'

const DEEPEST = 8

function isShallow(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth < DEEPEST && Object.values(value).every(item => isShallow(item, depth + 1))
}

/**
 * The parameters of a request: any names with any JSON values, as workers and publishers add some. Limited in
 * depth, as they are printed recursively.
 */
export const requestParams = z
  .record(z.string(), z.unknown())
  .refine(params => isShallow(params), { error: `nested deeper than ${DEEPEST}`, abort: true })
