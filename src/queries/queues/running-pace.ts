import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { Transcripts } from '../../backends/transcripts/transcripts.ts'
import { paceOf, type RunPace, type UsualDuration } from '../../domain/run/usual-duration.ts'
import { type KeptAnswers, keptAnswers } from '../../domain/time/kept-answers.ts'
import { type RunningTest, runningTests } from './running.ts'
import { usualDurations } from './usual-durations.ts'

interface Deps {
  readonly results: Pick<Results, 'durations'>
  readonly snapshots: Pick<Snapshots, 'running'>
  readonly transcripts: Pick<Transcripts, 'kept'>
}

/** A running test with its usual duration. */
export interface PacedTest extends RunningTest {
  readonly usual: UsualDuration | undefined
  readonly pace: RunPace
}

/** If more tests are running, only those that have run longest are examined, which include any stuck ones. */
const MOST_PACED = 1_000

const LOOK_AGAIN_MS = 10_000

const kept = new WeakMap<object, Promise<readonly PacedTest[]>>()

/**
 * The running tests, longest first, each with its usual duration: computed once for each change of the
 * snapshot.
 */
export function pacedTests(deps: Deps): Promise<readonly PacedTest[]> {
  const running = runningTests(deps)
  const known = kept.get(running)
  if (known !== undefined) return known
  const paced = paceAll(deps, running.tests)
  kept.set(running, paced)
  // Rejects for those who are waiting; the next request tries again
  paced.catch(() => kept.delete(running))
  return paced
}

async function paceAll(deps: Deps, tests: readonly RunningTest[]): Promise<readonly PacedTest[]> {
  const asked = tests.slice(0, MOST_PACED).filter(test => !test.isPrivate)
  const found = await usualDurations(deps, asked)
  const grownAt = await lastGrown(deps.transcripts)
  const at = runningTests(deps).at?.getTime() ?? 0
  const silent = ({ id }: RunningTest): number | undefined => {
    const grown = grownAt.get(id ?? '')?.grown
    return grown && (at - grown.getTime()) / 1000
  }
  const usualOf = new Map(asked.map((test, place) => [test, found[place]]))
  return tests.map(test => {
    const usual = usualOf.get(test)
    const pace = test.isPrivate ? AS_USUAL : paceOf(test.duration, usual, silent(test))
    return { ...test, usual, pace }
  })
}

const answers = new WeakMap<object, KeptAnswers>()

/**
 * When each transcript last grew; cached, as minutes are precise enough, and each check reads from the disk.
 */
function lastGrown(transcripts: Deps['transcripts']): ReturnType<Transcripts['kept']> {
  const known = answers.get(transcripts) ?? keptAnswers(1)
  answers.set(transcripts, known)
  return known.get(
    '',
    () => transcripts.kept(),
    () => LOOK_AGAIN_MS,
  )
}

/** For a private test, of which nothing is known except that it is running. */
const AS_USUAL: RunPace = { level: 'usual', reason: '' }

/** The tests that somebody should have a look at, longest first. */
export async function stuckTests(deps: Deps): Promise<readonly PacedTest[]> {
  return (await pacedTests(deps)).filter(({ pace }) => pace.level === 'stuck')
}
