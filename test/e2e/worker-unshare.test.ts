import { chownSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWhereAllowed } from '../servers/harness/index.ts'
import { buildIfNeeded, endPrograms, startProgramAs } from './program.ts'
import { ARCH, aService, recent, textOf, until } from './service.ts'
import { writeSiteConfig } from './site-config.ts'
import {
  makeUnsharedTestbed,
  noUnshare,
  type SourceServer,
  serveSource,
  type UnsharedTestbed,
} from './testbed.ts'

describeWhereAllowed(
  noUnshare(),
  ['rabbitmq', 'swift', 'autopkgtest', 'testbed'],
  'a worker of a user without rights',
  () => {
    let testbed: UnsharedTestbed
    let source: SourceServer
    beforeAll(async () => {
      buildIfNeeded()
      testbed = makeUnsharedTestbed()
      source = await serveSource({ good: 'id -u', bad: 'echo "not fine"; exit 3' })
    }, 600_000)
    afterAll(async () => {
      await endPrograms()
      await source?.close()
      testbed?.remove()
    })

    it('tests a real package of the archive, and a local one that fails, as root of a namespace', async () => {
      const { release, virt, user, home } = testbed
      const { site, broker, swift, ask } = await aService(release)
      // A machine of its own: it shares broker and store with the website, and nothing else
      const file = writeSiteConfig({
        folder: home,
        releases: [release],
        arches: [ARCH],
        broker,
        store: swift,
      })
      chownSync(file, user.uid, user.gid)
      const running = startProgramAs(user, { HOME: home }, 'worker', '--virt', virt, '--config', file)
      await ask('gzip', { triggers: ['migration-reference/0'], requester: 'ann' })
      await ask('adt-local', { 'test-git': source.url, triggers: ['migration-reference/0'] })
      await until(async () => expect(await recent(site), running.said()).toHaveLength(2))
      const rows = new Map((await recent(site)).map(row => [row.package, row]))
      expect(rows.get('gzip')).toMatchObject({ code: 'pass', requester: 'ann' })
      const failed = rows.get('adt-local')
      expect(failed).toMatchObject({ code: 'fail', version: '1.0' })
      const path = `${site.url}/packages/adt-local/${release}/${ARCH}/${failed?.run_id}`
      expect(await textOf(`${path}/log`)).toContain('not fine')
      await until(async () => expect(await textOf(path)).toMatch(/>bad<[\s\S]+>good</))
      expect((await running.end()).status).toBe(0)
    }, 400_000)
  },
)
