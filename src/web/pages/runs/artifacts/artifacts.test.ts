import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { runDirectory } from '../../../../domain/run/container.ts'
import { links } from '../../../links.ts'

const RUN = aRun().of('hello')

async function tarOf(members: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of Object.entries(members)) tar.entry({ name }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function aSiteWith(objects: Readonly<Record<string, Uint8Array>>, runs = [RUN]): Promise<Site> {
  const site = await aSite(runs)
  await site.web.store.createContainer('autopkgtest-noble', 'public')
  for (const [name, bytes] of Object.entries(objects))
    await site.web.store.put('autopkgtest-noble', name, bytes)
  return site
}

const ARCHIVE = `${runDirectory(RUN)}/artifacts.tar.gz`

describe('the artifacts of a run', () => {
  it('are listed with their sizes, each leading to itself', async () => {
    const tar = gzipSync(await tarOf({ 'one-stdout': 'hello\n', 'artifacts/deep/a b.txt': 'x' }))
    const site = await aSiteWith({ [ARCHIVE]: tar })
    const page = await site.get(links.artifacts(RUN))
    expect(page.texts('tbody tr')).toEqual(['one-stdout6 bytes', 'artifacts/deep/a b.txt1 bytes'])
    const href = page.document.querySelector('tbody tr:nth-child(2) a')?.getAttribute('href') ?? ''
    expect((await site.get(href)).text).toBe('x')
  })

  it('open as text that cannot run, whatever they are called', async () => {
    const tar = gzipSync(await tarOf({ 'evil.html': '<script>alert(1)</script>', binary: 'a\0b' }))
    const site = await aSiteWith({ [ARCHIVE]: tar })
    const page = await site.get(links.artifact({ ...RUN, file: 'evil.html' }))
    expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    const binary = await site.get(links.artifact({ ...RUN, file: 'binary' }))
    expect(binary.headers.get('content-disposition')).toBe('attachment')
  })

  it('are shown as far as a broken archive has them', async () => {
    const tar = gzipSync(await tarOf({ one: 'x'.repeat(600), two: Math.random().toString().repeat(5000) }))
    const site = await aSiteWith({ [ARCHIVE]: tar.subarray(0, tar.length - 100) })
    const page = await site.get(links.artifacts(RUN))
    expect(page.status).toBe(200)
    expect(page.texts('tbody td:first-child')).toContain('one')
    expect(page.texts('.note')[0]).toMatch(/The list may be incomplete/)
  })

  it('may be missing, as a run may, and a file', async () => {
    const site = await aSiteWith({})
    expect((await site.get(links.artifacts(RUN))).texts('.empty')[0]).toMatch(/left no files/)
    expect((await site.get(links.artifact({ ...RUN, file: 'one' }))).status).toBe(404)
    expect((await site.get(links.artifacts(aRun().of('other')))).status).toBe(404)
  })
})

describe('the testbed of a run', () => {
  it('says first what changed since the run before', async () => {
    const [before, after] = [aRun().of('hello'), aRun().of('hello').failing()]
    const result = (packages: string) => tarOf({ exitcode: '0', 'testbed-packages': packages })
    const site = await aSiteWith(
      {
        [`${runDirectory(before)}/result.tar`]: await result('libc6\t2.36\ngzip\t1\n'),
        [`${runDirectory(after)}/result.tar`]: await result('libc6\t2.37\ngzip\t1\n'),
      },
      [before, after],
    )
    const page = await site.get(links.testbed(after))
    expect(page.texts('section tbody tr')).toEqual(['libc62.362.37'])
    expect(page.texts('table:last-child tbody tr')).toContain('gzip1')
  })

  it('is a page where the run left none, or a broken one', async () => {
    const site = await aSiteWith({ [`${runDirectory(RUN)}/result.tar`]: Buffer.from('junk') })
    expect((await site.get(links.testbed(RUN))).texts('.empty')[0]).toMatch(/left no list/)
  })
})
