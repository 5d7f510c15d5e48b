import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { aQueue, aRunningTest } from '../../test/builders/live.ts'
import { aSite } from '../../test/web/site.ts'

/** What Python makes of a byte that is no UTF-8. */
const ODD = 'j\udcf6rg'
const PARAMS = {
  requester: ODD,
  triggers: [`a${ODD}/1`],
  ppas: [`${ODD}/x`],
  env: [`X=${ODD}`],
  testname: ODD,
  [ODD]: { [ODD]: [ODD] },
}

it('half surrogates in what runs and waits break no page', async () => {
  const site = await aSite()
  const put = (name: string, value: unknown) => writeFile(join(site.folder, name), JSON.stringify(value))
  await put('running.json', aRunningTest('gzip', PARAMS, { logtail: `tail ${ODD}` }))
  await put('queued.json', aQueue([`gzip\n${JSON.stringify(PARAMS)}`]))
  await vi.waitFor(async () => expect((await site.get('/running')).text).toContain('j\ufffdrg'), 5000)
  await vi.waitFor(async () => expect((await site.get('/queues.json')).text).toContain('gzip'), 5000)
  const pages = [
    '/',
    '/running',
    '/queues.json',
    '/queues/ubuntu/noble/amd64',
    '/packages/gzip',
    '/packages/gzip/noble/amd64',
    '/user/joe/',
    `/search?q=${'x'.repeat(119)}%F0%9F%98%80`,
  ]
  for (const path of pages) expect((await site.get(path)).status, path).toBe(200)
})
