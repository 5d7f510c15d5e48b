import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { percentile } from '../../bench/lib/percentiles.ts'
import { type Attack, attack, delaysOf, delaysOfEach, startAttackedSite } from './attacks.ts'
import { buildIfNeeded, endPrograms, memoryOf, type SiteProgram } from './program.ts'

// Hostile archives take their time to be made, and each attack has some seconds
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 })

/** A page that is kept: nothing of it is made anew. */
const KEPT = '/packages/newlines'
const COUNT = 60
/** So many times as long as beside an idle site a page may take. */
const TIMES = 20
/** A page beside an idle site counts as this at least: below it, what is measured is the clock and the network. */
const FLOOR_MS = 1
const MOST_MB = 64
const MOST_MEMORY_MB = 450

describe('while one address attacks', () => {
  let folder: string
  let site: SiteProgram
  let idle: SiteProgram
  let attacks: Attack[]

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'attacks-'))
    ;({ site, idle, attacks } = await startAttackedSite(folder))
    await delaysOf(site, KEPT, COUNT)
  })
  afterAll(async () => {
    await endPrograms()
    rmSync(folder, { recursive: true, force: true })
  })

  it('another address gets its pages, and bytes and memory are bounded, whatever the attack', async () => {
    const slow: Record<string, unknown>[] = []
    for (const one of attacks) {
      const ratios: number[] = []
      // What else the machine does makes one slow, not three
      for (let round = 0; round < 3 && !(Math.min(...ratios) < TIMES); round++) {
        const attacking = await attack(site, one)
        const [beside = [], attacked = []] = await delaysOfEach([idle, site], KEPT, COUNT)
        const { longest } = await attacking.stop()
        expect(longest / 1e6, one.name).toBeLessThan(MOST_MB)
        ratios.push(percentile(attacked, 90) / Math.max(FLOOR_MS, percentile(beside, 90)))
      }
      if (Math.min(...ratios) >= TIMES) slow.push({ attack: one.name, ratios })
    }
    expect(slow).toEqual([])
    expect(memoryOf(site).most / 1e6).toBeLessThan(MOST_MEMORY_MB)
  })
})
