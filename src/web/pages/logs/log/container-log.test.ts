import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { storeRun } from '../../../../../test/builders/stored-run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import { runDirectory } from '../../../../domain/run/container.ts'
import { links } from '../../../links.ts'

const CONTAINER = 'autopkgtest-noble-alice-tools'
const RUN = aRun().of('hello').on('noble', 'amd64')
const LOG =
  '  0s autopkgtest [10:11:12]: @@@@@@@@@@@@@@@@@@@@ summary\nsmoke                FAIL <b>bad</b>\n'

async function aSiteWithPpa() {
  const site = await aSite()
  await site.web.store.createContainer(CONTAINER, 'public')
  await site.web.store.put(CONTAINER, `${runDirectory(RUN)}/log.gz`, gzipSync(LOG))
  return site
}

describe('the log of a run in a PPA’s container', () => {
  it('is shown inside the site, with the raw one a click away', async () => {
    const site = await aSiteWithPpa()
    const page = await site.get(links.containerLog({ ...RUN, container: CONTAINER }))
    expect(page.status).toBe(200)
    expect(page.texts('h1')).toEqual(['Log of hello on noble/amd64'])
    expect(page.text).toContain('FAIL &lt;b&gt;bad&lt;/b&gt;')
    expect(page.document.querySelector(`a[href="${links.rawFile(RUN, 'log.gz', CONTAINER)}"]`)).not.toBeNull()
    const head = await site.get(links.containerLog({ ...RUN, container: CONTAINER }), { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  })

  it('of a release’s own container is the page that there is', async () => {
    const site = await aSiteWithPpa()
    await storeRun(site.web.store, RUN)
    const page = await site.get(links.containerLog({ ...RUN, container: 'autopkgtest-noble' }))
    expect([page.status, page.headers.get('location')]).toEqual([302, links.log(RUN)])
  })

  it.each([
    ['another run', links.containerLog({ ...aRun(), container: CONTAINER })],
    ['no container', links.containerLog({ ...RUN, container: 'autopkgtest-noble-bob-x' })],
    ['a private container', links.containerLog({ ...RUN, container: `private-${CONTAINER}` })],
    ['a way out', `/logs/${CONTAINER}/noble/amd64/hello/..%2f..%2flog`],
    ['dots', links.containerLog({ ...RUN.of('..'), container: CONTAINER })],
  ])('is not found for %s', async (_, path) => {
    const site = await aSiteWithPpa()
    await site.web.store.createContainer(`private-${CONTAINER}`, 'private')
    await site.web.store.put(`private-${CONTAINER}`, `${runDirectory(RUN)}/log.gz`, gzipSync(LOG))
    const page = await site.get(path)
    expect(page.status).toBe(404)
    expect(page.text).not.toContain('smoke')
  })
})
