import Database from 'better-sqlite3'
import { STATISTICS_PASS } from '../../domain/run/verdict.ts'
import { parseTrigger, splitTriggers } from '../../domain/trigger/trigger.ts'
import { answerThread } from '../../threads.ts'
import type { StatisticsRow } from './results.ts'

export interface StatisticsInput {
  readonly file: string
  readonly releases: readonly string[]
}

/**
 * Row numbers read in one transaction: a longer one would hold up checkpoints, and with them the publishing.
 */
const STEP = 50_000

type Counts = { -readonly [Column in keyof StatisticsRow]: StatisticsRow[Column] }
interface TestCounts {
  readonly counts: Counts
  ran: boolean
  passed: boolean
}

await answerThread(({ file, releases }: StatisticsInput): StatisticsRow[] => {
  const db = new Database(file, { readonly: true })
  const rows: Counts[] = []
  const tests = new Map<number, TestCounts>()
  const isCurrent = new Map(releases.map(release => [release, currentTriggers(db, release)]))
  const countsOf = (release: string, arch: string): Counts => {
    const found = rows.find(row => row.release === release && row.arch === arch)
    if (found !== undefined) return found
    const row = { release, arch, numpkgs: 0, numpkgspass: 0, passruns: 0, failruns: 0 }
    rows.push(row)
    return row
  }
  const results = db
    .prepare('SELECT test_id, exitcode, triggers FROM result WHERE rowid > ? AND rowid <= ?')
    .raw()
  const last = db.prepare('SELECT max(rowid) FROM result').pluck().get() as number | null

  for (const [id, release, arch] of db
    .prepare('SELECT id, release, arch FROM test')
    .raw()
    .iterate() as Iterable<[number, string, string]>) {
    if (isCurrent.has(release)) tests.set(id, { counts: countsOf(release, arch), ran: false, passed: false })
  }
  for (let from = 0; from < (last ?? 0); from += STEP) {
    for (const [id, exitcode, triggers] of results.iterate(from, from + STEP) as Iterable<
      [number, number | null, string | null]
    >) {
      const test = tests.get(id)
      if (test === undefined || !isCurrent.get(test.counts.release)?.(triggers)) continue
      count(test, exitcode !== null && STATISTICS_PASS.includes(exitcode))
    }
  }
  return rows.filter(row => row.numpkgs > 0)
})

function count(test: TestCounts, passed: boolean): void {
  const { counts } = test
  if (passed) counts.passruns++
  else counts.failruns++
  if (!test.ran) counts.numpkgs++
  if (passed && !test.passed) counts.numpkgspass++
  test.ran = true
  test.passed ||= passed
}

/** Makes a check whether no trigger of a row names a version that the archive has replaced. */
function currentTriggers(db: Database.Database, release: string): (triggers: string | null) => boolean {
  const versions = new Map(
    db.prepare('SELECT package, version FROM current_version WHERE release = ?').raw().all(release) as [
      string,
      string,
    ][],
  )
  // The runs of one upload are adjacent: most rows have the triggers of the previous row
  let lastTriggers: string | null | undefined
  let lastAnswer = true
  return triggers => {
    if (triggers === lastTriggers) return lastAnswer
    lastTriggers = triggers
    lastAnswer = splitTriggers(triggers).every(text => {
      const trigger = parseTrigger(text)
      const version = trigger && versions.get(trigger.source)
      return version === undefined || version === trigger?.version
    })
    return lastAnswer
  }
}
