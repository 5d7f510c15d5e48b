import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { Conflict } from '../../../domain/errors.ts'
import { silentLog } from '../../../log.ts'
import type { Migration } from '../migrations.ts'
import { migrateSqlite } from './migrations.ts'

const steps = (...given: readonly (readonly [name: string, sql: string])[]): Migration[] =>
  given.map(([name, sql], index) => ({ number: index + 1, name, sql }))
const FIRST = ['first', 'CREATE TABLE one(a)'] as const
const SECOND = ['second', 'CREATE TABLE two(b); INSERT INTO two VALUES (1)'] as const
const CONTRACT = ['contract-one', 'DROP TABLE one'] as const

function open(file = join(temporaryFolder(), 'state.db')) {
  const db = new Database(file)
  onTestFinished(() => void db.close())
  const said: string[] = []
  const log = { ...silentLog, warn: (_: object, words: string) => void said.push(words) } as typeof silentLog
  return {
    db,
    said,
    migrate: (migrations: readonly Migration[]) => migrateSqlite(db, 'state', 'state.db', log, migrations),
    tables: () => db.prepare('SELECT name FROM sqlite_schema ORDER BY name').pluck().all(),
    version: () => db.pragma('user_version', { simple: true }),
  }
}

it('takes the steps that are left, each once', () => {
  const { migrate, tables } = open()
  migrate(steps(FIRST))
  migrate(steps(FIRST, SECOND))
  migrate(steps(FIRST, SECOND))
  expect(tables()).toEqual(['one', 'two'])
})

it('leaves nothing behind of a step that fails, and takes it when it is mended', () => {
  const { migrate, tables, version } = open()
  migrate(steps(FIRST))
  const broken = steps(FIRST, SECOND, ['third', 'CREATE TABLE three(c); INSERT INTO four VALUES (1)'])
  expect(() => migrate(broken)).toThrow(/no such table: four/)
  expect([tables(), version()]).toEqual([['one'], 1])
  migrate(steps(FIRST, SECOND, ['third', 'CREATE TABLE three(c)']))
  expect(tables()).toEqual(['one', 'three', 'two'])
})

it('goes on with what a newer program has added to, says so, and leaves it as it is', () => {
  const { migrate, said, version } = open()
  migrate(steps(FIRST, SECOND))
  migrate(steps(FIRST))
  expect(said).toEqual(['state.db was written by a newer autopkgtest-web: using it as it is'])
  expect(version()).toBe(2)
})

it('refuses what a newer program has taken something away from, until it knows of that', () => {
  const { migrate } = open()
  const all = steps(FIRST, SECOND, CONTRACT, ['fourth', 'CREATE TABLE four(d)'])
  migrate(all)
  expect(() => migrate(steps(FIRST, SECOND))).toThrow(Conflict)
  expect(() => migrate(steps(FIRST, SECOND))).toThrow(/schema version 4.*up to 2.*newer autopkgtest-web/)
  migrate(all.slice(0, 3))
})
