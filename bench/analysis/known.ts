import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { RunKey } from '../../src/domain/test/test.ts'
import { isReference, parseTrigger, splitTriggers, type Trigger } from '../../src/domain/trigger/trigger.ts'
import { findBusiest } from '../pages/busiest.ts'
import type { Known } from './kinds.ts'

const NEWEST_TRIGGERS = 'SELECT triggers FROM result ORDER BY run_id DESC LIMIT ?'
const NEWEST_TWO = `SELECT r.run_id AS runId FROM result r JOIN test t ON t.id = r.test_id
  WHERE t.package = ? AND t.release = ? AND t.arch = ? ORDER BY r.run_id DESC LIMIT 2`

/** Uploads, tests and pairs of runs in a generated database. */
export function knownOf(folder: string, count: number): Known {
  const { tests } = findBusiest(folder, count)
  const db = new Database(join(folder, 'autopkgtest.db'), { readonly: true })
  const texts = db
    .prepare(NEWEST_TRIGGERS)
    .pluck()
    .all(count * 20) as string[]
  const named = new Map(texts.flatMap(splitTriggers).map(text => [text, parseTrigger(text)]))
  const triggers = [...named.values()].filter((one): one is Trigger => one !== undefined && !isReference(one))
  const pairs = tests.flatMap(test => {
    const [to, from] = db.prepare(NEWEST_TWO).all(test.package, test.release, test.arch) as {
      runId: string
    }[]
    return from && to
      ? [
          [
            { ...test, ...from },
            { ...test, ...to },
          ] as [RunKey, RunKey],
        ]
      : []
  })
  db.close()
  return { triggers, tests, pairs }
}
