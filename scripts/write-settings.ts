/** Writes the tables of configuration keys into docs/OPERATING.md, from the rows of src/config/settings.ts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { SITE_SECTIONS, settingsTable } from '../src/config/settings-table.ts'

const FILE = new URL('../docs/OPERATING.md', import.meta.url)
const TABLE = /^\| section and key \|.*\n(?:\|.*\n)+/gm

const tables = [settingsTable(SITE_SECTIONS), settingsTable(['worker'])]
const text = readFileSync(FILE, 'utf8')
writeFileSync(
  FILE,
  text.replace(TABLE, () => `${tables.shift()}\n`),
)
