import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { removeLeftovers } from '../../scripts/remove-leftovers.ts'
import { temporaryFolder } from '../builders/databases.ts'

function aFolder(...files: string[]): string {
  const folder = temporaryFolder()
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  return folder
}

const listOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .map(file => join(file.parentPath, file.name).slice(folder.length + 1))
    .sort()

it('removes what was built from sources that are gone, and nothing else', () => {
  const source = aFolder('log.ts', 'web/app.ts')
  const current = ['.tsbuildinfo', 'log.js', 'log.js.map', 'static/site.js', 'web/app.js']
  const out = aFolder(...current, 'old.js', 'old.js.map', 'web/old/deep/page.js', 'web/page.js')
  removeLeftovers(source, out, ['static'])
  expect(listOf(out)).toEqual(current)
  expect(existsSync(join(out, 'web/old'))).toBe(false)
})

it('has nothing to do before the first build', () => {
  removeLeftovers(aFolder(), '/nonexistent/dist')
})
