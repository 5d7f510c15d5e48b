import { describe, expect, it, onTestFinished } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { downloadResults } from '../../src/daemons/download-results.ts'
import { silentLog } from '../../src/log.ts'
import { run } from '../builders/command-line.ts'
import { startDaemon } from '../builders/daemons.ts'
import { aRun } from '../builders/run.ts'
import { aSite } from '../builders/site.ts'
import { storeRun } from '../builders/stored-run.ts'

const NOON = 'Sun, 15 Nov 2026 12:00:00 GMT'

describe('release seed', () => {
  it('gives a new release the newest run of each test, once, by completions', async () => {
    const site = aSite(['jammy', 'noble', 'questing'])
    const results = await site.results()
    const [old, newest] = [aRun().failing(), aRun().by('joe').allProposed().lasting(90)]
    const arm = aRun().of('zlib', '1').on('noble', 'arm64').triggeredBy('zlib/1', 'gcc/14')
    const nameless = aRun().of('damaged').with({ triggers: '' })
    await results.record([old, newest, arm, nameless, aRun().on('jammy', 'amd64')])
    const seed = (...args: string[]) =>
      run('release', 'seed', 'noble', 'questing', '--config', site.config, ...args)

    const dry = await seed('--dry-run')
    expect(dry.stdout).toBe('2 would be sent, 0 known, 1 without triggers or exit code left out\n')
    const early = await seed()
    expect([early.status, early.stdout]).toEqual([1, ''])
    expect(early.stderr).toContain('start the daemon download-results first')

    const broker = embeddedBroker({ file: site.file('broker.db'), log: silentLog })
    onTestFinished(() => broker.close())
    const derived = await site.derived()
    await startDaemon(downloadResults, { broker, results, derived })
    expect(JSON.parse((await seed('--json')).stdout)).toEqual({ sent: 2, known: 0, left: 1 })
    await expect.poll(() => results.tests('questing', { limit: 9 })).toHaveLength(2)
    const inNew = { release: 'questing' }
    expect(await results.run({ ...newest, ...inNew })).toEqual({ ...newest, ...inNew })
    expect(await results.run({ ...arm, ...inNew })).toEqual({ ...arm, ...inNew })
    await expect.poll(() => derived.details({ ...arm, ...inNew })).toMatchObject({ state: 'missing' })
    expect(JSON.parse((await seed('--json')).stdout)).toEqual({ sent: 0, known: 2, left: 1 })
  })

  it('refuses a release that nobody would see, and one that there is nothing of', async () => {
    const site = aSite()
    const seed = (...args: string[]) => run('release', 'seed', ...args, '--config', site.config, '--dry-run')
    expect((await seed('jammy', 'nobel')).stderr).toContain('nobel is not in [web] releases')
    expect((await seed('jammy', 'noble')).stderr).toContain('the release jammy has no tests')
  })
})

describe('release remove', () => {
  it('removes rows, what was derived, versions and containers, and nothing of another release', async () => {
    const site = aSite()
    const [results, derived, state] = [await site.results(), await site.derived(), await site.state()]
    const gone = ['hello', 'zlib'].flatMap(name =>
      ['amd64', 'arm64'].flatMap(arch => [
        aRun().of(name).on('jammy', arch),
        aRun().of(name).on('jammy', arch),
      ]),
    )
    const kept = aRun()
    await results.record([...gone, kept])
    await derived.indexRuns(await results.id(), 'p', [...gone, kept])
    for (const release of ['jammy', 'noble']) {
      await results
        .currentVersions()
        .refresh(`http://a.invalid/dists/${release}/main/source/Sources.gz`, NOON, [
          { release, pocket: release, component: 'main', package: 'hello', version: '1' },
        ])
    }
    const point = `download-all-results/${await results.id()}/autopkgtest-jammy`
    await state.setPoint(point, 'far')
    for (const one of [...gone, kept]) await storeRun(site.store, one)
    for (const name of [
      'autopkgtest-jammy-joe-ppa',
      'autopkgtest-jammyish',
      'private-autopkgtest-jammy-joe-ppa',
    ]) {
      await site.store.createContainer(name, name.startsWith('private') ? 'private' : 'public')
      await site.store.put(name, 'a/b/c', Buffer.from('x'))
    }
    const remove = (...args: string[]) =>
      run('release', 'remove', 'jammy', '--objects', '--json', '--config', site.config, ...args)

    const containers = {
      'autopkgtest-jammy': 16,
      'autopkgtest-jammy-joe-ppa': 1,
      'private-autopkgtest-jammy-joe-ppa': 1,
    }
    const all = { tests: 4, runs: 8, containers }
    expect(JSON.parse((await remove('--dry-run')).stdout)).toEqual(all)
    const refused = await remove()
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain('jammy is in [web] releases')
    expect(await results.tests('jammy', { limit: 9 })).toHaveLength(4)

    site.configure(['noble'])
    expect(JSON.parse((await remove()).stdout)).toEqual(all)
    expect(await results.newest({ limit: 99, offset: 0 })).toEqual([kept])
    expect(await results.testedPairs()).toEqual([{ release: 'noble', arch: 'amd64' }])
    expect(await derived.newest({ release: 'jammy' }, { limit: 9, offset: 0 })).toEqual([])
    expect(await derived.newest({ release: 'noble' }, { limit: 9, offset: 0 })).toHaveLength(1)
    expect(await derived.backlog()).toBe(1)
    expect(await results.currentVersions().versions('jammy')).toEqual(new Map())
    expect(await results.currentVersions().versions('noble')).toEqual(new Map([['hello', '1']]))
    expect(await state.point(point)).toBeUndefined()
    expect(await site.store.containers()).toEqual(['autopkgtest-jammyish', 'autopkgtest-noble'])
    expect(await site.store.list('autopkgtest-noble')).toHaveLength(2)
    expect(JSON.parse((await remove()).stdout)).toEqual({ tests: 0, runs: 0, containers: {} })
  })

  it('lets others record while it removes, and removes all the same', async () => {
    const site = aSite(['noble'])
    const results = await site.results()
    const gone = Array.from({ length: 3000 }, (_, n) =>
      aRun()
        .of(`p${n % 700}`)
        .on('jammy', 'amd64'),
    )
    await results.record(gone)
    const removing = run('release', 'remove', 'jammy', '--config', site.config)
    const news = Array.from({ length: 40 }, () => aRun())
    for (const one of news) {
      await results.record([one])
      await new Promise(resolve => setImmediate(resolve))
    }
    expect((await removing).stdout).toBe('3000 runs of 700 tests removed\n')
    expect(await results.newest({ limit: 5000, offset: 0 })).toHaveLength(40)
    expect(await results.check()).toEqual([])
  })

  it('refuses what is no release', async () => {
    const { status, stderr } = await run('release', 'remove', '../x', '--config', aSite().config)
    expect([status, stderr]).toEqual([1, 'autopkgtest-web: "../x" is not the name of a release\n'])
  })
})
