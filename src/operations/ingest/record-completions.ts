import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Testcomplete } from '../../contracts/messages/testcomplete.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import { type RunKey, testId } from '../../domain/test/test.ts'
import type { Log } from '../../log.ts'

/** `skipped`: of a PPA or private, or without triggers; such runs are not in the results database. */
export type Recorded = 'recorded' | 'known' | 'skipped'

const keyOf = (run: RunKey): string => `${testId(run)}/${run.runId}`

function isOurs(message: Testcomplete): boolean {
  return message.container === distributionContainer(message.release) && message.triggers !== ''
}

/** The row that a completion makes; it is the same that the files in the store make. */
function runOf(message: Testcomplete): Run {
  return {
    release: message.release,
    arch: message.architecture,
    package: message.package,
    runId: message.swift_dir.slice(message.swift_dir.lastIndexOf('/') + 1),
    version: message.testpkg_version,
    triggers: message.triggers,
    duration: message.duration,
    exitcode: message.exitcode,
    requester: message.requester,
    env: message.env,
  }
}

/**
 * Records the runs of completions in one transaction, each exactly once however often it is announced. Returns the
 * outcome of each, in order. A seeded run has no files of its own, so they are not looked for.
 */
export async function recordCompletions(
  messages: readonly Testcomplete[],
  { results, derived, log }: { results: Results; derived: Derived; log: Log },
): Promise<Recorded[]> {
  const ours = messages.filter(isOurs).map(message => ({ message, run: runOf(message) }))
  const isNew = new Set((await results.record(ours.map(({ run }) => run))).map(keyOf))
  for (const { message, run } of ours) {
    // Known ones too: a crash may have come between the row and this.
    if (message.swift_dir === runDirectory(run)) continue
    await derived
      .missDetails(run, `seeded: its files are missing from ${message.container}`, undefined)
      .catch(err =>
        log.warn({ err, run: keyOf(run) }, 'the files of a seeded run are missing from the store'),
      )
  }
  return messages.map(message => {
    if (!isOurs(message)) return 'skipped'
    return isNew.delete(keyOf(runOf(message))) ? 'recorded' : 'known'
  })
}
