import { describe, expect, it, onTestFinished } from 'vitest'
import type { Launchpad } from '../../src/backends/launchpad/launchpad.ts'

/** What the engine under test must know: the least that each of them can be told. */
export const KNOWN_TO_ALL = {
  published: ['noble gzip 1.12-1 main', 'noble gzip 1.13-1 ursula/tools'],
  ppas: ['ursula/tools'],
  uploaders: ['ursula noble gzip main'],
  superTeams: { ursula: [], sam: [] },
  participants: { ursula: [] },
}

/** The contract of every engine of {@link Launchpad} that was told {@link KNOWN_TO_ALL}. */
export function describeLaunchpad(engine: string, open: () => Promise<Launchpad>): void {
  const openLaunchpad = async () => {
    const launchpad = await open()
    onTestFinished(() => launchpad.close())
    return launchpad
  }
  const gzip = { package: 'gzip', release: 'noble' }

  describe(`launchpad on ${engine}`, () => {
    it('knows what is published, and in which component', async () => {
      const launchpad = await openLaunchpad()
      expect(await launchpad.isPublished(gzip)).toEqual({ component: 'main' })
      expect(await launchpad.isPublished({ ...gzip, version: '1.12-1' })).toEqual({ component: 'main' })
    })

    it('knows PPAs and what is published in them', async () => {
      const launchpad = await openLaunchpad()
      expect(await launchpad.ppaExists('ursula/tools')).toBe(true)
      expect(await launchpad.isPublishedInPpa('ursula/tools', gzip)).toBe(true)
      expect(await launchpad.isPublishedInPpa('ursula/tools', { ...gzip, version: '1.13-1' })).toBe(true)
    })

    it('lets uploaders upload, and nobody else', async () => {
      const launchpad = await openLaunchpad()
      expect(await launchpad.mayUpload('ursula', { ...gzip, component: 'main' })).toBe(true)
      expect(await launchpad.mayUpload('sam', { ...gzip, component: 'main' })).toBe(false)
    })

    it('puts nobody in a team of which it does not know', async () => {
      const launchpad = await openLaunchpad()
      expect(await launchpad.isMember('ursula', ['a-team'])).toBe(false)
      expect(await launchpad.isMember('ursula', [])).toBe(false)
      expect(await launchpad.isParticipant('sam', 'ursula')).toBe(false)
      expect(await launchpad.isParticipant('sam', 'a-team')).toBe(false)
    })

    it('takes everybody for themselves', async () => {
      const launchpad = await openLaunchpad()
      expect(await launchpad.isParticipant('sam', 'sam')).toBe(true)
    })

    it('does not know whose credentials made-up ones are', async () => {
      const launchpad = await openLaunchpad()
      expect(await launchpad.whoIs({ consumer: 'c', token: 't', secret: 's' })).toBeUndefined()
    })
  })
}
