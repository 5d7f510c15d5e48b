import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from './settings.ts'
import { SITE_SECTIONS, settingsTable } from './settings-table.ts'

const OPERATING = readFileSync(new URL('../../docs/OPERATING.md', import.meta.url), 'utf8')

describe('the keys of the configuration', () => {
  it('stand in OPERATING.md as their rows say; scripts/write-settings.ts writes them there', () => {
    expect(OPERATING).toContain(`\n${settingsTable(SITE_SECTIONS)}\n`)
    expect(OPERATING).toContain(`\n${settingsTable(['worker'])}\n`)
  })

  it('are each explained in one line', () => {
    for (const [section, keys] of Object.entries(SETTINGS)) {
      for (const [key, { help }] of Object.entries(keys))
        expect(help, `[${section}] ${key}`).toMatch(/^[^\n|]{3,}$/)
    }
  })
})
