import { describe, expect, it } from 'vitest'
import type { State } from '../../src/backends/state/state.ts'
import { openTwo } from './open-two.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const daysLater = (days: number) => new Date(NOW.getTime() + days * 86_400_000)

/** The contract of every engine of the signing keys. `open` opens the same database each time within a test. */
export function describeSigning(engine: string, openDatabase: () => Promise<() => Promise<State>>): void {
  const open = async () => {
    const [here, there] = await openTwo(openDatabase)
    return [here.signing, there.signing] as const
  }

  describe(`signing keys on ${engine}`, () => {
    it('are made once, by whoever asks first, and are the same on every website', async () => {
      const [here, there] = await open()
      const [keys, ...others] = await Promise.all([here.keys(NOW), there.keys(NOW), here.keys(NOW)])
      expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
      for (const other of others) expect(other).toEqual(keys)
    })

    it('are changed while the old one is still known, for as long as a session can last', async () => {
      const [here, there] = await open()
      const [old] = await here.keys(NOW)
      await there.rotate(daysLater(1), { atOnce: false })
      const keys = await here.keys(daysLater(1))
      expect(keys).toHaveLength(2)
      expect(keys[0]).not.toBe(old)
      expect(keys[1]).toBe(old)
      expect(await here.keys(daysLater(33))).toEqual([keys[0]])
    })

    it('sign no more once they are changed, though they were made while the clock was ahead', async () => {
      const [here, there] = await open()
      const [old] = await here.keys(daysLater(1000))
      await there.rotate(NOW, { atOnce: false })
      const [signs, ...known] = await here.keys(NOW)
      expect(signs).not.toBe(old)
      expect(known).toEqual([old])
    })

    it('are changed at once if need be', async () => {
      const [here, there] = await open()
      const [old] = await here.keys(NOW)
      await here.rotate(NOW, { atOnce: true })
      expect(await there.keys(NOW)).toHaveLength(1)
      expect(await there.keys(NOW)).not.toContain(old)
    })
  })
}
