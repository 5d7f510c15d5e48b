import { describe, expect, it } from 'vitest'
import { aRun } from '../../test/builders/run.ts'
import { aSite, type Got, type Site } from '../../test/web/site.ts'
import { links } from './links.ts'
import { showControls } from './ui/markup/control-characters.ts'

/** What a row of the database, a message or an operator may hold, although no honest worker writes it. */
const PROBES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  'javascript:alert(1)',
  '&lt;b&gt;',
  '../../etc',
  '\u202eevil\u2066',
  '\u001b[31mred',
]

async function hostileSite(probe: string): Promise<{ site: Site; paths: string[] }> {
  const run = aRun().with({
    package: probe,
    version: probe,
    triggers: `${probe.replaceAll(/\s/g, '')}/1 x/${probe.replaceAll(/\s/g, '')}`,
    requester: probe,
    env: `testname=${probe},all-proposed=1`,
    exitcode: 4,
  })
  const site = await aSite([run, aRun().of('zzz').with({ requester: probe })])
  const { results, derived, snapshots } = site.web
  const { runs, position } = await results.since(undefined, 10)
  await derived.indexRuns(await results.id(), position as string, runs)
  const subtest = { name: probe, result: 'FAIL', detail: probe } as const
  await derived.saveDetails(run, { subtests: [subtest], log: undefined })
  const params = { triggers: [probe], ppas: [probe], env: [probe], requester: probe, uuid: probe }
  await snapshots.running.replace({ [probe]: { [probe]: { noble: { amd64: [params, 1, probe] } } } })
  const requests = [`zzz\n${JSON.stringify(params)}`]
  const queues = { ubuntu: { noble: { amd64: { size: 1, requests } } } }
  await snapshots.queued.replace({ releases: ['noble'], arches: ['amd64'], queues })
  await snapshots.alerts.replace([{ level: 'error', message: probe }])
  const paths = ['/', '/packages/zzz', '/packages/zzz/noble/amd64', `/search?q=${encodeURIComponent(probe)}`]
  if (!probe.includes('/')) paths.push(links.package({ package: probe }), links.test(run), links.run(run))
  return { site, paths }
}

function expectHarmless(page: Got, where: string): void {
  expect(page.status, where).toBeLessThan(400)
  expect(page.text, where).toBe(showControls(page.text))
  for (const element of page.document.querySelectorAll('*')) {
    expect(element.outerHTML.slice(0, 5), where).not.toMatch(/^<(img|svg|b)[\s>]/i)
    for (const name of ['onerror', 'onload', 'style']) expect(element.getAttribute(name), where).toBeNull()
    const address =
      element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action')
    if (address !== null) expect(address, where).toMatch(/^(?:\/(?!\/)|#|[^:/?#]+\/)/)
  }
  const scripts = [...page.document.querySelectorAll('script')]
  expect(
    scripts.map(script => script.getAttribute('src')?.startsWith('/static/')),
    where,
  ).toEqual([true, true])
}

describe('whatever names and texts hold', () => {
  it.each(PROBES)('%j is shown as text, and leads nowhere else', async probe => {
    const { site, paths } = await hostileSite(probe)
    for (const path of paths) {
      const page = await site.get(path)
      if (page.status === 302) continue
      expectHarmless(page, path)
    }
    expect((await site.get('/')).texts('.alert')[0]).toBe(showControls(probe))
  })

  it('is shown as it is typed in an address', async () => {
    const site = await aSite()
    for (const probe of PROBES) {
      const path = `/packages/${encodeURIComponent(probe.replaceAll('/', ''))}`
      expectHarmless(await site.get(path), path)
    }
  })
})
