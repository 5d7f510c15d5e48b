import { expect, it } from 'vitest'
import { runDirectory } from '../../src/domain/run/container.ts'
import { run } from '../builders/command-line.ts'
import { aRun } from '../builders/run.ts'
import { aSite } from '../builders/site.ts'
import { storeRun } from '../builders/stored-run.ts'

const DIRECTORY = (release: string, one: Parameters<typeof runDirectory>[0]) =>
  `autopkgtest-${release}/${runDirectory(one)}`

/** A site of which the database and the store agree in some runs and differ in others, one in each way. */
async function aSiteThatDiffers() {
  const site = aSite(['jammy', 'noble'])
  const [results, derived] = [await site.results(), await site.derived()]
  const same = ['hello', 'zlib', 'libxml2', 'lz4', 'less'].flatMap(name => [
    aRun().of(name),
    aRun().of(name).by('joe').allProposed().ofTestname('smoke').failing(),
  ])
  const [missing, extra, different, broken] = [aRun(), aRun().of('lone'), aRun().of('zlib'), aRun()]
  const seeded = aRun().of('seeded').on('jammy', 'amd64')
  const nameless = aRun().with({ triggers: '' })
  for (const one of [...same, missing, different, seeded]) await storeRun(site.store, one)
  await storeRun(site.store, nameless, { log: null })
  await storeRun(site.store, broken, { resultTar: Buffer.from('no tar') })
  const wrong = different.failing().by('ann')
  const rows = [...same, extra, wrong, seeded, { ...seeded, release: 'noble' }]
  await results.record(rows)
  await derived.indexRuns(await results.id(), 'p', rows)
  const check = (...args: string[]) => run('db', 'check', '--against-store', '--config', site.config, ...args)
  return { site, results, derived, same, missing, extra, different, broken, seeded, check }
}

it('names what is missing, extra, different and broken, and changes nothing', async () => {
  const { results, check, missing, extra, different, broken } = await aSiteThatDiffers()
  const before = await results.newest({ limit: 99, offset: 0 })
  const { status, stdout, stderr } = await check()
  expect(stdout.split('\n').toSorted()).toEqual([
    '',
    expect.stringContaining(`broken: ${DIRECTORY('noble', broken)}: `),
    `different: ${DIRECTORY('noble', different)}: exitcode`,
    `extra: ${DIRECTORY('noble', extra)}`,
    `missing: ${DIRECTORY('noble', missing)}`,
  ])
  expect([status, stderr]).toEqual([1, '1 missing, 1 extra, 1 different, 1 broken\n'])
  expect(await results.newest({ limit: 99, offset: 0 })).toEqual(before)
  const names = await check('--no-contents', '--release', 'noble', '--json')
  const kinds = names.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).kind)
  expect(kinds.toSorted()).toEqual(['broken', 'extra', 'missing'])
})

it('repairs all that can be, and finds nothing more to do', async () => {
  const { results, derived, check, missing, extra, different, same, seeded } = await aSiteThatDiffers()
  const repaired = await check('--repair')
  expect([repaired.status, repaired.stderr]).toEqual([
    1,
    '1 missing, 1 extra, 1 different, 1 broken; 1 left\n',
  ])
  expect(await results.run(missing)).toEqual(missing)
  expect(await results.run(different)).toEqual(different)
  expect(await results.run(extra)).toBeUndefined()
  for (const one of [...same, { ...seeded, release: 'noble' }])
    expect(await results.run(one)).toEqual({ ...one })
  const indexed = (await derived.newest({ release: 'noble' }, { limit: 99, offset: 0 })).map(one => one.runId)
  expect(indexed).not.toContain(extra.runId)
  expect(indexed).not.toContain(different.runId)
  const again = await check()
  expect([again.stdout.split('\n').length, again.stderr]).toEqual([
    2,
    '0 missing, 0 extra, 0 different, 1 broken\n',
  ])
})

it('takes no row away because a container is not there', async () => {
  const { site, results, check } = await aSiteThatDiffers()
  site.configure(['bionic'])
  await results.record([aRun().on('bionic', 'amd64')])
  const { status, stdout, stderr } = await check('--repair')
  expect([status, stdout]).toEqual([0, ''])
  expect(stderr).toContain('warning: there is no container autopkgtest-bionic')
  expect(await results.tests('bionic', { limit: 9 })).toHaveLength(1)
})

it('refuses options that mean nothing together', async () => {
  const { status, stderr } = await run('db', 'check', '--repair', '--config', aSite().config)
  expect([status, stderr]).toEqual([
    1,
    'autopkgtest-web: --repair, --release and --no-contents need --against-store\n',
  ])
})
