import type { Run } from '../../src/domain/run/run.ts'
import { drawSeconds, runId } from './runs.ts'
import type { World } from './world.ts'

/** The trigger of the upload with the most tests, such as a compiler's. */
export const LARGE_UPLOAD = 'gcc-defaults/16.1-1'

/** The rate of a busy farm. */
const TESTS_AN_HOUR = 1500
const TRIES = 3

/**
 * The runs of one upload that triggers tests of a number of packages of the newest release on every architecture, so
 * that the last ends at the end; packages beyond those of the world are made up. A failed one may be run again.
 */
export function* makeLargeUpload(world: World, packages: number, end: Date): Generator<Run> {
  const { random, names, arches, releases } = world
  const release = releases.length - 1
  const tests = packages * arches.length
  const last = Math.floor(end.getTime() / 1000) - 1
  for (let test = 0; test < tests; test++) {
    const place = Math.floor(test / arches.length)
    const [target, arch] = [place % names.length, test % arches.length]
    const name = names[target] as string
    for (let attempt = TRIES; attempt > 0; attempt--) {
      const exitcode = world.drawExitcode(target)
      const before = Math.floor(((tests - test) / TESTS_AN_HOUR + (attempt - 1) * 6) * 3600)
      yield {
        release: releases[release] as string,
        arch: arches[arch] as string,
        package: place < names.length ? name : `${name}-extra`,
        runId: runId(last - before, random.below(2 ** 20)),
        version: exitcode === 99 ? 'blacklisted' : world.versionAt(target, release, 1),
        triggers: LARGE_UPLOAD,
        duration: exitcode === 99 ? 0 : drawSeconds(world, target, arch),
        exitcode,
        requester: 'britney',
        env: '',
      }
      if ([0, 2, 8, 99].includes(exitcode) || !random.chance(0.5)) break
    }
  }
}
