import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { say } from './progress.ts'

const FOLDER = join(import.meta.dirname, '../results')

/** The machine and its other load: without this, figures of two runs cannot be compared. */
export function machine() {
  const [first] = cpus()
  return {
    at: new Date().toISOString(),
    node: process.version,
    processors: cpus().length,
    processor: first?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    loadBefore: loadavg()[0] ?? 0,
  }
}

/** Prints the tables and stores all figures in `bench/results/NAME-TIME.json`, or in `file`. */
export function report(name: string, tables: string, figures: object, file?: string): void {
  process.stdout.write(tables)
  mkdirSync(FOLDER, { recursive: true })
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  const path = file ?? join(FOLDER, `${name}-${time}.json`)
  writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`)
  say(`all figures are in ${path}`)
}
