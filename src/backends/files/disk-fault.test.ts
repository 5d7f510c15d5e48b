import { closeSync, openSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { Unavailable } from '../../domain/errors.ts'
import { diskFault } from './disk-fault.ts'

/** The error of writing to a disk that is always full. */
function writeToFull(): unknown {
  const full = openSync('/dev/full', 'w')
  try {
    writeSync(full, 'x')
  } catch (error) {
    return error
  } finally {
    closeSync(full)
  }
}

it('names the file and the reason, which the system does not, where the disk is full', () => {
  const fault = diskFault('/srv/running.json', writeToFull())
  expect(fault).toBeInstanceOf(Unavailable)
  expect((fault as Error).message).toBe('/srv/running.json cannot be written: the disk is full (ENOSPC)')
})

it('leaves what is nobody’s disk as it is', async () => {
  const missing = await open('/nonexistent/file').catch(error => error)
  expect(diskFault('/srv/running.json', missing)).toBe(missing)
  const bug = new TypeError('a bug')
  expect(diskFault('/srv/running.json', bug)).toBe(bug)
})
