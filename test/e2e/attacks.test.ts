import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Attack, attack, delaysOf, startAttackedSite } from './attacks.ts'
import { buildIfNeeded, endPrograms, memoryOf, type SiteProgram } from './program.ts'

// Hostile archives take their time to be made, and each attack has some seconds
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 })

/** A page that is kept: nothing of it is made anew. */
const KEPT = '/packages/newlines'
const COUNT = 60
const MOST_MB = 64
const MOST_MEMORY_MB = 450

describe('while one address attacks', () => {
  let folder: string
  let site: SiteProgram
  let attacks: Attack[]

  beforeAll(async () => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'attacks-'))
    ;({ site, attacks } = await startAttackedSite(folder))
    await delaysOf(site, KEPT, COUNT)
  })
  afterAll(async () => {
    await endPrograms()
    rmSync(folder, { recursive: true, force: true })
  })

  it('another address gets every page, and bytes and memory are bounded, whatever the attack', async () => {
    for (const one of attacks) {
      const attacking = attack(site, one)
      // Throws for a page that is not answered; how long they take is for `npm run bench:attacks` to say
      await delaysOf(site, KEPT, COUNT)
      const { longest } = await attacking.stop()
      expect(longest / 1e6, one.name).toBeLessThan(MOST_MB)
    }
    expect(memoryOf(site).most / 1e6).toBeLessThan(MOST_MEMORY_MB)
  })
})
