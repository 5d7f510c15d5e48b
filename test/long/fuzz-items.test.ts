import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { listArtifacts } from '../../src/contracts/files/artifacts-tar.ts'
import { readResultTar } from '../../src/contracts/files/result-tar.ts'
import { isFailure } from '../../src/domain/errors.ts'
import { distributionContainer, runDirectory } from '../../src/domain/run/container.ts'
import { indexRunDetails } from '../../src/operations/index/index-run-details.ts'
import { indexMoreRuns } from '../../src/operations/index/index-runs.ts'
import { aRecordingLog } from '../builders/logs.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { effort, fc } from '../fuzz.ts'
import { signedInAs } from '../web/sign-in.ts'
import { aSite } from '../web/site.ts'
import { PARSERS } from './parsers.ts'
import { isSurelySteep } from './surely-steep.ts'

/**
 * The smallest members of everything that has members: fields, lines, words, packages, names, escapes. Brackets that only
 * open are left out: V8's `JSON.parse` looks at all that are open whenever memory is collected, and what it is given is bounded.
 */
const MEMBERS = [
  ...[
    'a&',
    '&',
    '=&',
    'trigger=a/1&',
    'ppa=a/b&',
    'a=b;',
    ',',
    'a,',
    ', a',
    '0-0,',
    'a/1 ',
    ' ',
    'a\n',
    '\n',
    '1 ',
  ],
  ...['x PASS\n', 'x FAIL y\n', 'a\t1\n', '\t\n', 'info:a\n', '[a]\n', 'a=b\n', '"",', '[],', '"a/1",'],
  ...[
    '\u001b[m',
    '\u001b[1;',
    '1;',
    '\u001b]8;;a\u0007',
    '%41',
    '%',
    '"" ',
    "'a' ",
    'a:',
    '/a',
    '//',
    './',
    'a@',
    '-',
  ],
  ...[
    'autopkgtest [10:11:12]: test a: preparing testbed\n',
    'autopkgtest [10:11:12]: @@@@ summary\n',
    ']: ',
    '(',
  ],
]
const BEGINNINGS = [
  '',
  '',
  'hello\n{"triggers": [',
  'hello\n{"ppas": ["',
  '[s]\n',
  'autopkgtest [10:11:12]: test a: [---\n',
]

describe('very many small members', () => {
  it.each(Object.entries(PARSERS))('in %s are read in no more than their share of time', (_, parse) => {
    const tried = (text: string): unknown => {
      try {
        return parse(text)
      } catch (error) {
        expect(isFailure(error), String(error)).toBe(true)
        return error
      }
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...BEGINNINGS),
        fc.array(fc.constantFrom(...MEMBERS), { minLength: 1, maxLength: 3 }),
        (start, members) => {
          const unit = members.join('')
          const textOf = (characters: number) => start + unit.repeat(Math.ceil(characters / unit.length))
          expect(isSurelySteep(tried, textOf), JSON.stringify([start, unit])).toBe(false)
        },
      ),
      effort(15),
    )
  })
})

/** More than any form or header of this site, and what a server lets through. */
const many = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1000, max: 50_000 }))
const repeatedOf = (members: readonly string[]) =>
  fc
    .tuple(fc.array(fc.constantFrom(...members), { minLength: 1, maxLength: 2 }), many)
    .map(([parts, count]) => parts.join('').repeat(count))
const repeated = repeatedOf(MEMBERS)
const body = fc.oneof(repeated, repeatedOf(['a&', '&', '=&', 'a=b&', 'trigger=a/1&']))
/** Where forms are read whoever sends them. */
const LOGINS = ['/login', '/logout', '/private-results/login']
/** No page or answer of this site is as long, whatever it is asked or shows. */
const MOST_BYTES = 2 * 1024 * 1024

describe('forms and headers of very many small members', () => {
  it('are answered, shortly, whoever sends them', async () => {
    const { log, lines } = aRecordingLog()
    const site = await aSite([aRun()], { log, settings: { requestsPerHour: 1_000_000 } })
    await site.web.broker.declareQueues(['debci-noble-amd64'])
    const { cookie } = await signedInAs(site, 'joe')
    const path = fc.constantFrom(
      ...LOGINS,
      ...[
        '/login',
        '/logout',
        '/retries',
        '/request.cgi',
        '/private-results/login',
        '/request',
        '/recent',
        '/',
      ],
      ...['/queues/ubuntu/noble/amd64/remove', '/search', '/packages/hello', '/static/style.css'],
    )
    const header = fc.constantFrom(
      ...[
        'cookie',
        'accept',
        'accept-encoding',
        'if-none-match',
        'if-match',
        'if-range',
        'range',
        'x-forwarded-for',
      ],
      ...[
        'forwarded',
        'origin',
        'referer',
        'authorization',
        'sec-purpose',
        'x-launchpad-oauth',
        'content-type',
      ],
      ...['accept-language', 'if-modified-since', 'connection', 'x-hub-signature-256'],
    )
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.constantFrom('GET', 'POST'),
        fc.option(body, { freq: 3 }),
        header,
        repeated,
        fc.boolean(),
        async (asked, method, sent, name, value, isJoe) => {
          const type = 'application/x-www-form-urlencoded'
          const headers = {
            'content-type': type,
            ...(isJoe && { cookie }),
            // So much a server takes of all headers together
            [name]: value
              .replace(/[^\x20-\x7e]/g, ' ')
              .slice(0, 16_000)
              .trim(),
          }
          const query = method === 'GET' && sent !== null ? `?${encodeURI(sent).slice(0, 15_000)}` : ''
          const answer = await site.get(asked + query, {
            method,
            headers,
            ...(method === 'POST' && { body: sent }),
          })
          const what = `${answer.status} for ${method} ${asked} ${name}`
          expect(answer.status < 500, what).toBe(true)
          const isForm = method === 'POST' && name !== 'content-type' && LOGINS.includes(asked)
          if (isForm && (sent?.split('&').length ?? 0) > 500) expect(answer.status, what).toBe(413)
          expect(lines.filter(line => line.includes('"level":"error"'))).toEqual([])
          expect(answer.text.length, what).toBeLessThan(MOST_BYTES)
        },
      ),
      effort(60),
    )
  })
})

async function tarOfMany(names: readonly string[], contents: Readonly<Record<string, string>> = {}) {
  const tar = pack()
  const bytes = buffer(tar)
  for (const [name, content] of Object.entries(contents)) tar.entry({ name }, content)
  for (const name of names) tar.entry({ name }, '')
  tar.finalize()
  return bytes
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

describe('archives of very many small members', () => {
  const name = fc.constantFrom(
    'a',
    '&',
    'x'.repeat(101),
    `${'d/'.repeat(80)}f`,
    '\u00e9'.repeat(60),
    'summary',
  )
  it('are read, or named as what is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(name, fc.integer({ min: 1, max: 3000 }), async (member, count) => {
        const names = Array.from({ length: count }, (_, at) => `${member}${at % 7 === 0 ? '' : at}`)
        const tar = await tarOfMany(names, { exitcode: '0\n' })
        const { files, fault } = await listArtifacts(readableOf(gzipSync(tar, { level: 1 })))
        expect(files.length === count + 1 || fault !== undefined).toBe(true)
        await readResultTar(whole(tar)).then(
          result => expect(result.exitcode).toBe(0),
          error => expect(isFailure(error), String(error)).toBe(true),
        )
      }),
      effort(10),
    )
  })
})

const readableOf = (bytes: Uint8Array) => Readable.from([bytes])

describe('pages about a run of very many small members', () => {
  it.each(['%d PASS\n', '%d FAIL x\n', '&%d SKIP &\n', '%d\t1\n', '%d\t&\n', 'a\t1\n', '\n'])(
    'are bounded: %j',
    async form => {
      const { log, lines } = aRecordingLog()
      const site = await aSite([], { log })
      let number = 10_000
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 20_000, max: 100_000 }), async count => {
          const many = Array.from({ length: count }, (_, at) => form.replace('%d', String(at))).join('')
          const run = aRun().named(`20260902_101112_${number++}@`).triggeredBy('a/1 '.repeat(count).trim())
          await site.record(run)
          const artifacts = await tarOfMany(Array.from({ length: count % 3000 }, (_, at) => `&${at}`))
          await storeRun(site.web.store, run, {
            members: { summary: many, 'testbed-packages': many },
            log: gzipSync(many.replaceAll('\t', ' '), { level: 1 }),
          })
          const folder = runDirectory(run)
          const container = distributionContainer(run.release)
          await site.web.store.put(container, `${folder}/artifacts.tar.gz`, gzipSync(artifacts, { level: 1 }))
          await indexMoreRuns(site.web)
          await indexRunDetails({ ...site.web, log }, { some: 10, parallel: 1 }, new AbortController().signal)
          const page = `/packages/${run.package}/${run.release}/${run.arch}/${run.runId}`
          for (const path of [
            page,
            `${page}/testbed`,
            `${page}/artifacts`,
            '/recent',
            '/',
            `/packages/${run.package}`,
          ]) {
            const answer = await site.get(path)
            expect([path, form, count, answer.status < 500]).toEqual([path, form, count, true])
            expect(answer.text.length, `${path} of ${count} times ${form}`).toBeLessThan(MOST_BYTES)
          }
          expect((await site.get(`${page}/log`)).text.length).toBeLessThan(64 * 1024 * 1024)
          expect(lines.filter(line => line.includes('"level":"error"'))).toEqual([])
        }),
        effort(1),
      )
    },
  )
})
