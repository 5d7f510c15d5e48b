import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { downloadResults } from '../../src/daemons/download-results.ts'
import { splitWords } from '../../src/domain/testbed/virt-server.ts'
import { silentLog } from '../../src/log.ts'
import { run } from '../builders/command-line.ts'
import { startDaemon } from '../builders/daemons.ts'
import { aRun } from '../builders/run.ts'
import { aSite } from '../builders/site.ts'
import { storeRun } from '../builders/stored-run.ts'

const OPERATING = readFileSync(join(import.meta.dirname, '../../docs/OPERATING.md'), 'utf8')

/** The commands in the shell blocks of a section, as words; `> FILE` is kept as it stands. */
function commandsOf(section: string): string[][] {
  const text = OPERATING.split(/^## /m).find(part => part.startsWith(`${section}\n`)) ?? ''
  return [...text.matchAll(/^ *```sh\n([\s\S]+?)^ *```/gm)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map(line => splitWords(line.replace(/#.*/, '').trim()))
      .filter(([program]) => program === 'autopkgtest-web'),
  )
}

/** Stands for the id of a key, which is another each time. */
const A_KEY = '0123456789ab'

/** Runs a section's commands one after the other, on a site that has what they name. */
async function runSection(section: string, site: ReturnType<typeof aSite>): Promise<number> {
  const commands = commandsOf(section)
  let printed = ''
  for (const [, ...words] of commands) {
    const at = words.indexOf('>')
    const file = at < 0 ? undefined : site.file(words[at + 1] as string)
    const args = (at < 0 ? words : words.slice(0, at)).map(word =>
      word.endsWith('.jsonl')
        ? site.file(word)
        : word === A_KEY
          ? (/^[\da-f]{12}/m.exec(printed)?.[0] ?? word)
          : word,
    )
    const { status, stdout, stderr } = await run(...args, '--config', site.config)
    expect([words.join(' '), status, stderr], stdout).toEqual([words.join(' '), 0, expect.any(String)])
    if (file !== undefined) writeFileSync(file, stdout)
    printed += stdout
  }
  return commands.length
}

it('shows commands for the queues that do what it says', async () => {
  const site = aSite()
  const broker = embeddedBroker({ file: site.file('broker.db'), log: silentLog })
  onTestFinished(() => broker.close())
  const body = 'hello\n{"triggers": ["glibc/2.39-0ubuntu1"]}'
  await broker.declareQueues(['debci-noble-amd64'])
  await broker.publish('debci-noble-amd64', body)
  expect(await runSection('Queues', site)).toBe(6)
  expect(readFileSync(site.file('removed.jsonl'), 'utf8')).toContain('glibc/2.39-0ubuntu1')
  expect((await broker.peek('debci-noble-amd64', 9))?.bodies.map(one => Buffer.from(one).toString())).toEqual(
    [body],
  )
})

it('shows commands for releases that do what it says', async () => {
  const site = aSite()
  const [results, derived] = [await site.results(), await site.derived()]
  const broker = embeddedBroker({ file: site.file('broker.db'), log: silentLog })
  onTestFinished(() => broker.close())
  await startDaemon(downloadResults, { broker, results, derived })
  const old = aRun().on('focal', 'amd64')
  await results.record([aRun().on('jammy', 'amd64'), old])
  await storeRun(site.store, old)
  expect(await runSection('Releases', site)).toBe(4)
  await expect.poll(() => results.tests('noble', { limit: 9 })).toHaveLength(1)
  expect(await results.tests('focal', { limit: 9 })).toEqual([])
  expect(await site.store.access('autopkgtest-focal')).toBe('missing')
})

it('shows commands for backups that do what it says', async () => {
  const site = aSite()
  const results = await site.results()
  await results.record([aRun()])
  await results.close()
  expect(await runSection('Backups', site)).toBe(3)
})

it('shows commands for the database that do what it says', async () => {
  const site = aSite(['noble'])
  for (const one of [aRun(), aRun()]) await storeRun(site.store, one)
  const results = await site.results()
  expect(await runSection('The database from the store', site)).toBe(5)
  expect(await results.newest({ limit: 9, offset: 0 })).toHaveLength(2)
})

it('shows commands for the configuration that do what it says', async () => {
  expect(await runSection('Configure', aSite())).toBe(2)
})

it('shows commands for requests that do what it says', async () => {
  const site = aSite()
  const broker = embeddedBroker({ file: site.file('broker.db'), log: silentLog })
  onTestFinished(() => broker.close())
  await broker.declareQueues(['debci-noble-amd64', 'debci-huge-noble-amd64', 'debci-huge-noble-arm64'])
  expect(await runSection('Requests', site)).toBe(5)
  expect((await broker.depths(['debci-noble-amd64'])).get('debci-noble-amd64')).toBe(2)
})

it('shows commands for logins that do what it says', async () => {
  const site = aSite()
  const state = await site.state()
  const [old] = await state.signing.keys(new Date())
  expect(await runSection('Logins', site)).toBe(2)
  const keys = await state.signing.keys(new Date())
  expect([keys.length, keys.includes(old)]).toEqual([1, false])
})

it('shows commands for an upgrade that do what it says', async () => {
  const site = aSite()
  const results = await site.results()
  await results.record([aRun()])
  await results.close()
  expect(await runSection('Upgrade', site)).toBe(3)
})

it('shows commands for the move to another database that do what it says', async () => {
  const site = aSite()
  const results = await site.results()
  await results.record([aRun()])
  await results.close()
  expect(await runSection('Scale out', site)).toBe(2)
})

it('shows commands for the move from an older installation that do what it says', async () => {
  const site = aSite(['noble'])
  await storeRun(site.store, aRun())
  expect(await runSection('Moving from an older installation', site)).toBe(3)
  expect(await (await site.results()).newest({ limit: 9, offset: 0 })).toHaveLength(1)
})

it('shows commands for alerts that do what it says', async () => {
  const site = aSite()
  expect(await runSection('Alerts', site)).toBe(3)
  expect(readFileSync(site.file('alert.txt'), 'utf8')).toBe('')
})

/** What cannot run here. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  // systemd-run needs a systemd that has started the machine; in "Queues" the command itself is run
  Install: ['queue list'],
  // It takes a testbed: test/e2e/worker.test.ts
  'Running tests yourself': ['worker --virt schroot $RELEASE-$ARCH'],
}

it('shows no command that is not run', () => {
  const own = readFileSync(import.meta.filename, 'utf8')
  const titles = [...OPERATING.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title)
  const withCommands = titles.filter(title => commandsOf(title).length > 0)
  expect(withCommands.length).toBeGreaterThan(7)
  expect(
    withCommands.filter(title => !own.includes(`runSection('${title}'`) && !(title in ELSEWHERE)),
  ).toEqual([])
  for (const [title, commands] of Object.entries(ELSEWHERE))
    expect(commandsOf(title).map(([, ...words]) => words.join(' '))).toEqual(commands)
})

/** In the middle of a sentence; `NAME`s and dots stand for something. */
const INLINE =
  /`(?:autopkgtest-web )?((?:alert|api-key|config|daemon|db|download-all-results|log|queue|release|request|serve|session-key|start|worker)(?: [^`]*)?)`/g

it('names no option that there is not', async () => {
  const named = [...OPERATING.matchAll(INLINE)].map(([, command = '']) => command.split(/\s+/))
  const withOptions = named.filter(words => words.some(word => word.startsWith('--')))
  expect(withOptions.length).toBeGreaterThan(2)
  for (const words of withOptions) {
    const at = words.findIndex(word => !/^[a-z-]+$/.test(word) || word.startsWith('--'))
    const { status, stdout } = await run(...words.slice(0, at), '--help')
    expect([words.join(' '), status]).toEqual([words.join(' '), 0])
    for (const option of words.filter(word => word.startsWith('--')))
      expect(stdout, words.join(' ')).toContain(option)
  }
})
