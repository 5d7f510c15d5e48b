import { openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { Unavailable } from '../../../domain/errors.ts'
import { blameFile } from './driver-errors.ts'

const FILE = '/data/autopkgtest.db'

function open(file: string, options: Database.Options = {}): Database.Database {
  const db = new Database(file, { timeout: 50, ...options })
  onTestFinished(() => void db.close())
  return db
}
const table = (): string => {
  const file = join(temporaryFolder(), 'some.db')
  open(file).exec('CREATE TABLE some(text TEXT)')
  return file
}
const put = (db: Database.Database, text = 'x') => db.prepare('INSERT INTO some VALUES (?)').run(text)

it('says that the disk is full', () => {
  const db = open(table())
  db.pragma('max_page_count = 3')
  expect(() => blameFile(FILE, () => put(db, 'x'.repeat(50_000)))).toThrow(Unavailable)
  expect(() => blameFile(FILE, () => put(db, 'x'.repeat(50_000)))).toThrow(
    '/data/autopkgtest.db cannot grow: the disk is full (SQLITE_FULL)',
  )
})

it('says that another process holds the file, and that it may not be written', () => {
  const file = table()
  const other = open(file)
  other.exec('BEGIN IMMEDIATE')
  expect(() => blameFile(FILE, () => put(open(file)))).toThrow(/is locked by another process/)
  expect(() => blameFile(FILE, () => put(open(file, { readonly: true })))).toThrow(/may not be written/)
})

it('says that the file is damaged', () => {
  const file = table()
  const db = open(file)
  db.transaction(() => Array.from({ length: 500 }, () => put(db, 'x'.repeat(100))))()
  db.close()
  const bytes = readFileSync(file)
  writeSync(openSync(file, 'r+'), Buffer.alloc(bytes.length - 8192, 0x5a), 0, bytes.length - 8192, 8192)
  expect(() =>
    blameFile(FILE, () => open(file).prepare('SELECT count(*), max(text) FROM some').get()),
  ).toThrow(/is damaged/)
})

it('leaves bugs as they are', () => {
  const db = open(table())
  expect(() => blameFile(FILE, () => db.prepare('SELECT lacking FROM some'))).toThrow(
    'no such column: lacking',
  )
  expect(() => blameFile(FILE, () => db.prepare('SELECT lacking FROM some'))).not.toThrow(Unavailable)
})
