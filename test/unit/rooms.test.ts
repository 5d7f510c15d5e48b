import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
/** What a listing may have and still be looked through at a glance; tests beside what they test do not count. */
const MOST_ENTRIES = 18

/** What each folder below one has, itself included: files and folders by name. Empty ones are not in the repository. */
function listings(folder: string): [folder: string, entries: string[]][] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.includes('.test.'))
  const below = entries.filter(one => one.isDirectory()).flatMap(({ name }) => listings(join(folder, name)))
  const gone = new Set(entries.map(({ name }) => name).filter(name => isEmpty(join(folder, name))))
  const names = entries.map(({ name }) => name).filter(name => !gone.has(name))
  return [[relative(ROOT, folder), names], ...below.filter(([, inside]) => inside.length > 0)]
}

const isEmpty = (path: string): boolean =>
  statSync(path).isDirectory() && readdirSync(path).every(name => isEmpty(join(path, name)))

const rooms = listings(join(ROOT, 'src'))

it('has no folder in src that is too full to find something in', () => {
  const full = rooms.filter(([, entries]) => entries.length > MOST_ENTRIES)
  expect(full.map(([folder, entries]) => `${folder}: ${entries.length} entries`)).toEqual([])
})

it('has no folder in src for a single file', () => {
  const alone = rooms.filter(([, entries]) => entries.length === 1)
  expect(alone.map(([folder, entries]) => `${folder}: ${entries.join()}`)).toEqual([])
})
