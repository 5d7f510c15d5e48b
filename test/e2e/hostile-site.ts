import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import type { Store } from '../../src/backends/store/store.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import { silentLog as log } from '../../src/log.ts'
import { aRun } from '../builders/run.ts'
import { storeRun, tarOf } from '../builders/stored-run.ts'
import { runProgram, type SiteProgram, startSite } from './program.ts'
import { writeSiteConfig } from './site-config.ts'

const ESC = '\u001b'

/** What a tester, a requester or a row from long ago may hold; each runs `hacked()` if a page lets it. */
export const PROBES = [
  '<script>hacked()</script>',
  '"><img src=x onerror=hacked()>',
  `'><svg/onload=hacked()>`,
  '</pre></details><iframe srcdoc="<script>parent.hacked()</script>">',
  'javascript:hacked()',
  '<!--',
  ']]><style>*{display:none}</style>',
  '&lt;script&gt;hacked()&lt;/script&gt;',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of somebody else's
  '${hacked()}{{constructor.constructor("hacked()")()}}',
  '\u202egnp.exe\u2066',
  `${ESC}]8;;javascript:hacked()${ESC}\\click${ESC}]8;;${ESC}\\${ESC}[2J`,
  '%3Cscript%3Ehacked()%3C/script%3E',
] as const

const HTML = `<!doctype html><script>top.hacked ? top.hacked() : document.title = 'hacked'</script>`
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title = 'hacked'"/>`

const line = (words: readonly string[]): string => words.join(' ').replaceAll('\n', ' ')

/** A site whose rows, files, messages and alerts are all hostile. */
export async function startHostileSite(folder: string): Promise<SiteProgram> {
  const root = join(folder, 'store')
  mkdirSync(root)
  const config = writeSiteConfig({ folder, releases: ['noble'], store: { path: root } })
  await runProgram('db', 'migrate', '--config', config)
  const ours = PROBES.map((probe, n) =>
    aRun()
      .of('hostile', `1.${n}${probe}`)
      .failing()
      .by(probe)
      .with({ triggers: `${probe.replaceAll(/\s/g, '')}/1 glibc/${probe.replaceAll(/\s/g, '')}` })
      .with({ env: `testname=${probe},all-proposed=1` }),
  )
  insertRows(join(folder, 'data', 'autopkgtest.db'), [
    ...ours,
    ...ours.map((run, n) => run.of(PROBES[n] ?? '')),
  ])
  await storeFiles(root, ours)
  for (const probe of PROBES.slice(0, 3)) {
    await runProgram('alert', 'set', '--add', '--config', config, probe)
  }
  const site = await startSite('start', '--config', config)
  await sayAll(join(folder, 'data', 'broker.db'))
  return site
}

/** As rows of a database that others have written for years. */
function insertRows(file: string, runs: readonly ReturnType<typeof aRun>[]): void {
  const database = new Database(file)
  const addTest = database.prepare(
    `INSERT INTO test(release, arch, package) VALUES (@release, @arch, @package) ON CONFLICT DO NOTHING`,
  )
  const addRun = database.prepare(
    `INSERT INTO result(test_id, run_id, version, triggers, duration, exitcode, requester, env)
     SELECT id, @runId, @version, @triggers, @duration, @exitcode, @requester, @env
     FROM test WHERE release = @release AND arch = @arch AND package = @package`,
  )
  for (const run of runs) {
    addTest.run({ ...run })
    addRun.run({ ...run })
  }
  database.close()
}

async function storeFiles(root: string, runs: readonly ReturnType<typeof aRun>[]): Promise<void> {
  const store = filesystemStore({ root })
  const words = line(PROBES)
  const hostileLog = [
    'autopkgtest [10:11:12]: version 5.28',
    `autopkgtest [10:11:12]: host ${words}; command line: autopkgtest ${words} -- null`,
    ...PROBES.flatMap((probe, n) => [
      `autopkgtest [10:11:13]: test t${n}<i>: preparing testbed`,
      `autopkgtest [10:11:13]: test t${n}<i>: [-----------------------`,
      probe,
      `10%\r${probe}\r${probe}`,
      `autopkgtest [10:11:14]: test t${n}<i>: -----------------------]`,
      `t${n}<i>             FAIL ${probe}`,
    ]),
    'autopkgtest [10:11:15]: @@@@@@@@@@@@@@@@@@@@ summary',
    ...PROBES.map((probe, n) => `t${n}<i>             FAIL ${probe}`),
  ]
  const summary = PROBES.map((probe, n) => `t${n}<i>             FAIL ${line([probe])}\n`).join('')
  const files = Object.fromEntries([
    ...PROBES.map((probe, n) => [`${n}-${probe.replaceAll('/', '|').replaceAll(ESC, '')}`, HTML]),
    ['../../outside.html', HTML],
    ['page.html', HTML],
    ['picture.svg', SVG],
  ])
  for (const run of runs) {
    await storeRun(store, run, {
      log: gzipSync(hostileLog.join('\n')),
      members: { summary, 'testbed-packages': PROBES.map(probe => `${probe}\t${probe}\n`).join('') },
    })
    const put = (name: string, bytes: Uint8Array) =>
      store.put('autopkgtest-noble', `${runDirectory(run)}/${name}`, bytes)
    await put('artifacts.tar.gz', gzipSync(await tarOf(files)))
    await put('page.html', Buffer.from(HTML))
    await put('picture.svg', Buffer.from(SVG))
  }
  await storeInPpa(store, hostileLog.join('\n'))
  await store.close()
}

/** In a PPA the names of packages come from the store alone. */
async function storeInPpa(store: Store, text: string): Promise<void> {
  const container = 'autopkgtest-noble-mallory-tools'
  await store.createContainer(container, 'public')
  for (const probe of PROBES.filter(one => !one.includes('/') && !one.includes(ESC))) {
    const run = aRun().of(probe)
    const members = {
      exitcode: '4\n',
      'testpkg-version': `${probe} ${probe}`,
      duration: '1\n',
      requester: probe,
    }
    await store.put(container, `${runDirectory(run)}/result.tar`, await tarOf(members))
    await store.put(container, `${runDirectory(run)}/log.gz`, gzipSync(text))
  }
}

/** Requests that wait, and what workers report of tests that run. */
async function sayAll(file: string): Promise<void> {
  const broker = embeddedBroker({ file, log })
  for (const [n, probe] of PROBES.entries()) {
    const params = {
      triggers: [probe],
      ppas: [probe, 'user:secret-token@team/ppa'],
      env: [probe],
      requester: probe,
      'submit-time': probe,
      'build-git': probe,
      [probe]: probe,
    }
    await broker.publish('debci-noble-amd64', `hostile\n${JSON.stringify(params)}`)
    const status = { release: 'noble', architecture: 'amd64', package: 'hostile', running: true, params }
    await broker.publishTo(
      TESTSTATUS,
      JSON.stringify({ ...status, duration: n, logtail: `${probe}\n${probe}` }),
    )
  }
  await broker.publish('debci-noble-amd64', '<script>hacked()</script>\n{')
  await broker.close()
}
