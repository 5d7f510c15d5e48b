import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Store } from '../../backends/store/store.ts'
import { listRuns } from './listed-runs.ts'

describe('listing the runs of a container', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'listed-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  async function put(...names: string[]) {
    for (const name of names) {
      const path = join(root, 'autopkgtest-noble', name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, '')
    }
  }
  async function pages(from?: { marker?: string; limit?: number }) {
    const listed = await listRuns(filesystemStore({ root }), 'autopkgtest-noble', from)
    if (listed === undefined) return undefined
    const all = []
    for await (const page of listed) all.push(page)
    return all
  }
  const run = (name: string) => `noble/amd64/h/hello/${name}`

  it('takes a directory for a run if it has a result.tar', async () => {
    await put(run('20261122_143829_7f224@/result.tar'), run('20261122_143829_7f224@/log.gz'))
    await put(run('20261122_150000_00000@/log.gz'), 'noble/amd64/libx/libxml2/20140412_101112@/result.tar')
    expect((await pages())?.flatMap(page => page.runs)).toEqual([
      { release: 'noble', arch: 'amd64', package: 'hello', runId: '20261122_143829_7f224@' },
      { release: 'noble', arch: 'amd64', package: 'libxml2', runId: '20140412_101112@' },
    ])
  })

  it('goes on from a marker, page by page', async () => {
    for (const digit of '12345')
      await put(run(`2026112${digit}_101112_abcde@/log.gz`), run(`2026112${digit}_101112_abcde@/result.tar`))
    const all = await pages({ limit: 3 })
    expect(all?.flatMap(page => page.runs).map(one => one.runId[7])).toEqual([...'12345'])
    const rest = await pages({ limit: 3, marker: all?.[0]?.marker as string })
    expect(rest?.flatMap(page => page.runs).map(one => one.runId[7])).toEqual([...'2345'])
  })

  it('goes on until a page is empty, as a store may give as few at once as it likes', async () => {
    for (const digit of '12345') await put(run(`2026112${digit}_101112_abcde@/result.tar`))
    const store = filesystemStore({ root })
    const few: Pick<Store, 'list'> = {
      list: (container, query) => store.list(container, { ...query, limit: 2 }),
    }
    const runs = []
    for await (const page of (await listRuns(few, 'autopkgtest-noble')) ?? []) runs.push(...page.runs)
    expect(runs).toHaveLength(5)
  })

  it.each([
    'jammy/amd64/h/hello/20261122_143829_7f224@/result.tar',
    'noble/amd64/x/hello/20261122_143829_7f224@/result.tar',
    'noble/amd64/h/hello/20261122_143829_7f224/result.tar',
    'noble/amd64/h/hello/20261122_143829_7f224@/more/result.tar',
    'noble/amd64/h/hello/@/result.tar',
    'noble/amd64/h/h\nello/20261122_143829_7f224@/result.tar',
    'noble/am-d64/h/hello/20261122_143829_7f224@/result.tar',
    `noble/amd64/h/hello/${'1'.repeat(100)}@/result.tar`,
    'noble/amd64/<b>/<b>/20261122_143829_7f224@/result.tar',
    'result.tar',
  ])('passes over %j', async name => {
    await put(name)
    expect((await pages())?.flatMap(page => page.runs)).toEqual([])
  })

  it('says that a container does not exist', async () => {
    expect(await pages()).toBeUndefined()
  })

  it('has no page for an empty container', async () => {
    await mkdir(join(root, 'autopkgtest-noble'))
    expect(await pages()).toEqual([])
  })
})
