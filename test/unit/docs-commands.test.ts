import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded.ts'
import { downloadResults } from '../../src/daemons/download-results.ts'
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
  return [...text.matchAll(/^```sh\n([\s\S]+?)^```/gm)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map(line => line.replace(/#.*/, '').trim().split(/\s+/))
      .filter(([program]) => program === 'autopkgtest-web'),
  )
}

/** Runs a section's commands one after the other, on a site that has what they name. */
async function runSection(section: string, site: ReturnType<typeof aSite>): Promise<number> {
  const commands = commandsOf(section)
  for (const [, ...words] of commands) {
    const at = words.indexOf('>')
    const file = at < 0 ? undefined : site.file(words[at + 1] as string)
    const args = (at < 0 ? words : words.slice(0, at)).map(word =>
      word.endsWith('.jsonl') ? site.file(word) : word,
    )
    const { status, stdout, stderr } = await run(...args, '--config', site.config)
    expect([words.join(' '), status, stderr], stdout).toEqual([words.join(' '), 0, expect.any(String)])
    if (file !== undefined) writeFileSync(file, stdout)
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
