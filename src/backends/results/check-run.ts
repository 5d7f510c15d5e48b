import { BadInput } from '../../domain/errors.ts'
import type { Run } from '../../domain/run/run.ts'
import { storableText } from '../sql/storable.ts'

/** Longest key parts that both engines can index. */
const LONGEST_KEY = 300
const INT32 = 2 ** 31

/**
 * A run as both engines can keep it. BadInput names a run that neither could index: a key must be read back
 * unchanged, so it must not hold anything that would be replaced (see `sql/storable.ts`).
 */
export function checkRun(run: Run): Run {
  for (const part of [run.release, run.arch, run.package, run.runId]) {
    if (part === '' || part.length > LONGEST_KEY || storableText(part) !== part) {
      throw new BadInput(
        `this run cannot be recorded: ${JSON.stringify(nameOf(run).slice(0, 4 * LONGEST_KEY))}`,
      )
    }
  }
  const { exitcode, duration } = run
  if (exitcode !== null && !(Number.isInteger(exitcode) && Math.abs(exitcode) < INT32)) {
    throw new BadInput(`${nameOf(run)}: ${exitcode} is not an exit code`)
  }
  if (duration !== null && !Number.isFinite(duration)) {
    throw new BadInput(`${nameOf(run)}: ${duration} is not a duration`)
  }
  return {
    release: run.release,
    arch: run.arch,
    package: run.package,
    runId: run.runId,
    version: run.version,
    triggers: run.triggers,
    duration,
    exitcode,
    requester: run.requester,
    env: run.env,
  }
}

const nameOf = (run: Run) => `${run.release}/${run.arch}/${run.package}/${run.runId}`
