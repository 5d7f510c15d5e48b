import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseName } from '../../src/backends/sql/migrations.ts'

const ROOT = join(import.meta.dirname, '../..')

/** What the next version of the program adds to a schema, in the dialects of both engines. */
export interface NextStep {
  readonly database: DatabaseName
  readonly sqlite: string
  readonly postgres: string
}

export interface Installation {
  readonly root: string
  remove(): void
}

/** Installs the program as its next version may be: the same, but for more steps of its schemas. */
export function installNewer(steps: readonly NextStep[]): Installation {
  const root = mkdtempSync(join(tmpdir(), 'newer-'))
  for (const part of ['bin', 'dist', 'migrations', 'package.json']) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  for (const step of steps) {
    const folder = join(root, 'migrations', step.database)
    const number = readdirSync(folder).filter(file => file.endsWith('.sqlite.sql')).length + 1
    for (const engine of ['sqlite', 'postgres'] as const) {
      const name = `${String(number).padStart(3, '0')}-of-the-next-version.${engine}.sql`
      writeFileSync(join(folder, name), step[engine])
    }
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
