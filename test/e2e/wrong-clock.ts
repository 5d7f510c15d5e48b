import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** As Debian's libfaketime puts it; the first part is the machine's. */
const LIBRARY = ['x86_64', 'aarch64', 'i386', 'arm', 'powerpc64le', 's390x', 'riscv64']
  .flatMap(machine => [`${machine}-linux-gnu`, `${machine}-linux-gnueabihf`])
  .map(triplet => `/usr/lib/${triplet}/faketime/libfaketimeMT.so.1`)
  .find(file => existsSync(file))

/** A clock that jumps under a running program; its CLOCK_MONOTONIC goes on, as it does when a real one is set. */
export interface WrongClock {
  /** For the program's environment. */
  readonly env: Readonly<Record<string, string>>
  /** Puts the clock off by this from now on: `+3d`, `-5h`, `+0`. */
  set(offset: string): void
}

/** @param folder for the file that says what time it is */
export function aWrongClock(folder: string): WrongClock {
  const file = join(folder, 'clock')
  const set = (offset: string) => writeFileSync(file, `${offset}\n`)
  set('+0')
  return {
    set,
    env: {
      LD_PRELOAD: LIBRARY ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  }
}
