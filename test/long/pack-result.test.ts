import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { logtail, TAIL_BYTES } from '../../src/domain/log/logtail.ts'
import { objectType } from '../../src/domain/object-type.ts'
import { runIdTime } from '../../src/domain/run/run-id.ts'
import { finishRun } from '../../src/worker/results/finish-run.ts'
import { openSpool } from '../../src/worker/spool.ts'
import { statusMessage } from '../../src/worker/status-messages.ts'
import { readWorkerRequest } from '../../src/worker/worker-request.ts'
import { recordedMessages } from '../builders/completions.ts'
import { CORPUS, readCorpus } from '../builders/corpus.ts'

const tar = (...args: string[]) => execFileSync('tar', args, { maxBuffer: 2 ** 28 })
const namesIn = (file: string) => tar('-tf', file).toString('utf8').trim().split('\n').filter(Boolean)

/** Of all that a tar unpacks to, with its modes and links, in whatever order. */
function digestOfFilesIn(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'unpacked-'))
  try {
    tar('-xf', file, '-C', folder)
    const packed = tar(
      '-c',
      '--sort=name',
      '--mtime=@0',
      '--owner=root:0',
      '--group=root:0',
      '-C',
      folder,
      '.',
    )
    return createHash('sha256').update(packed).digest('hex')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What clients read of an object: a tar as its members and their contents, in their order; else its bytes. */
function readObject(file: string): unknown {
  if (file.endsWith('.tar'))
    return namesIn(file).map(name => [name, tar('-xOf', file, name).toString('utf8')])
  if (file.endsWith('artifacts.tar.gz')) return [namesIn(file).sort(), digestOfFilesIn(file)]
  return (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString('utf8')
}

const readObjects = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map(name => [name, { ...objectType(name), content: readObject(join(folder, name)) }]),
  )

const MADE_BY_WORKER = ['exitcode', 'duration', 'requester', 'readable-by']

/** The folder that autopkgtest itself left behind a real run: its archives without what its worker has added. */
function unpackRun(run: string, into: string): void {
  mkdirSync(into, { recursive: true })
  tar('-xzf', join(run, 'artifacts.tar.gz'), '-C', into)
  writeFileSync(join(into, 'log'), gunzipSync(readFileSync(join(run, 'log.gz'))))
  for (const name of MADE_BY_WORKER) rmSync(join(into, name), { force: true })
  const version = join(into, 'testpkg-version')
  // Without a line break it is the worker's own, and so is what it found no testinfo for
  if (existsSync(version) && !readFileSync(version, 'utf8').endsWith('\n')) rmSync(version)
  const testinfo = join(into, 'testinfo.json')
  if (existsSync(testinfo) && !readFileSync(testinfo, 'utf8').includes('virt_server')) rmSync(testinfo)
}

describe('a result of this worker', () => {
  const messages = recordedMessages(join(CORPUS, 'messages.jsonl'))
  const runs = readCorpus(CORPUS)
    .map(({ name, row }) => {
      const directory = name.slice(name.indexOf('/') + 1)
      const said = messages.filter(message => message.run === directory)
      const queued = said.find(({ queue }) => queue !== undefined)
      const completion = said.find(({ exchange }) => exchange === 'testcomplete.fanout')
      const last = said.findLast(({ exchange }) => exchange === 'teststatus.fanout')
      return {
        name,
        row,
        queue: queued?.queue ?? '',
        body: queued?.body ?? '',
        completion: completion?.body ?? '',
        status: last?.body,
      }
    })
    .filter(({ body, completion }) => body !== '' && completion !== '')

  it('is compared with real ones of every exit code', () => {
    expect(new Set(runs.map(({ row }) => row.exitcode))).toEqual(
      new Set([-15, 0, 2, 4, 6, 8, 12, 14, 16, 20, 99]),
    )
  })

  it.each(runs)(
    'differs in nothing that is read from $name',
    async ({ name, row, queue, body, completion }) => {
      const root = mkdtempSync(join(tmpdir(), 'pack-'))
      onTestFinished(() => rmSync(root, { recursive: true, force: true }))
      const spool = openSpool(root)
      const entry = spool.keep(queue, { body: Buffer.from(body), redelivered: false, headers: {} })
      unpackRun(join(CORPUS, name), join(entry.folder, 'out'))
      const finished = await finishRun(
        entry,
        readWorkerRequest(queue, entry.body),
        {
          exitcode: row.exitcode as number,
          seconds: row.duration as number,
          ...(row.version === 'blacklisted' ? { version: 'blacklisted' } : {}),
        },
        new Date(runIdTime(row.runId) as number),
      )
      expect(finished.completion).toBe(completion)
      expect(`${finished.container}/${finished.directory}`).toBe(name)
      const upload = join(entry.folder, 'upload')
      expect(readObjects(upload)).toEqual(readObjects(join(CORPUS, name)))
      expect(finished.objects.toSorted()).toEqual(readdirSync(upload).sort())
      expect(finished.objects.at(-1)).toBe('result.tar')
      spool.close()
    },
  )

  it('was reported on in the same words to the end', () => {
    const reported = runs.filter(({ status }) => status?.includes('"running": false'))
    expect(reported.length).toBeGreaterThan(7)
    for (const { name, queue, body, status = '' } of reported) {
      const log = gunzipSync(readFileSync(join(CORPUS, name, 'log.gz')))
      const { duration } = JSON.parse(status) as { duration: number }
      const tail = logtail(log, log.subarray(-TAIL_BYTES))
      const said = statusMessage(readWorkerRequest(queue, Buffer.from(body)), {
        running: false,
        duration,
        logtail: tail,
      })
      expect(said, name).toBe(status)
    }
  })

  it('has no name of this host, and keeps what a test has left as it is', async () => {
    const root = mkdtempSync(join(tmpdir(), 'pack-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    const spool = openSpool(root)
    const entry = spool.keep('debci-noble-amd64', {
      body: Buffer.from('gzip'),
      redelivered: false,
      headers: {},
    })
    const out = join(entry.folder, 'out')
    mkdirSync(join(out, 'artifacts'), { recursive: true })
    for (const name of ['log', '-x', '--checkpoint-action=exec=false', 'artifacts/a\nb'])
      writeFileSync(join(out, name), gzipSync(name))
    await finishRun(
      entry,
      readWorkerRequest(entry.queue, entry.body),
      { exitcode: 0, seconds: 1 },
      new Date(),
    )
    const file = join(entry.folder, 'upload/artifacts.tar.gz')
    expect(namesIn(file)).toEqual(
      expect.arrayContaining(['-x', '--checkpoint-action=exec=false', 'artifacts/a\\nb']),
    )
    expect(tar('-tvf', file).toString()).not.toMatch(/^\S+ (?!root\/root )/m)
    spool.close()
  })
})
