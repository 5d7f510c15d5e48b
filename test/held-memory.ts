import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const used = (): number => {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Bytes that are in use, on the heap and outside of it, once what nobody refers to any more is gone. */
export function heldMemory(): number {
  collect()
  return used()
}

/**
 * Whether more than so many bytes are in use. What nobody refers to any more is not counted: how long it lies about is
 * the collector's choice, and another on a machine that has much to do. Cheap while there is less of both together.
 */
export const holdsMoreThan = (bytes: number): boolean => used() > bytes && heldMemory() > bytes
