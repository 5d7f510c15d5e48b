import { describe, expect, it } from 'vitest'
import { queuedJson } from '../../src/contracts/files/queued-json.ts'
import { runningJson } from '../../src/contracts/files/running-json.ts'
import { parseSources } from '../../src/contracts/files/sources-index.ts'
import { parseStateDump, printStateDump } from '../../src/contracts/files/state-dump.ts'
import { statisticsJson } from '../../src/contracts/files/statistics-json.ts'
import { parseRemovedRequest, printRemovedRequest } from '../../src/contracts/messages/removed-request.ts'
import { parseTestRequest, showTestRequest } from '../../src/contracts/messages/test-request.ts'
import { printSeed, testcomplete } from '../../src/contracts/messages/testcomplete.ts'
import { teststatus } from '../../src/contracts/messages/teststatus.ts'
import { isFailure } from '../../src/domain/errors.ts'
import { allQueues, parseQueueName, queueName } from '../../src/domain/queue/queue-name.ts'
import { requestJudge } from '../../src/domain/queue/request-criteria.ts'
import { readRequestParams } from '../../src/domain/request/request-params.ts'
import { parseRunDirectory, runDirectory } from '../../src/domain/run/container.ts'
import { isPackageName } from '../../src/domain/test/test.ts'
import { aRun } from '../builders/run.ts'
import { effort, fc } from '../fuzz.ts'
import { PARSERS } from './parsers.ts'
import { isSurelySteep } from './surely-steep.ts'

const RUNS = effort(200)

/** What each kind of text is made of, so that some of what is made up comes close to the real thing. */
const PIECES = [
  ...[
    'hello',
    'noble',
    'amd64',
    'debci',
    'ppa',
    'huge',
    'glibc/2.39',
    'migration-reference/0',
    'libx',
    '0',
    '9',
  ],
  ...[
    '-',
    '/',
    ':',
    '@',
    '%',
    '=',
    '#',
    '~',
    '.',
    '+',
    '_',
    ',',
    ';',
    "'",
    '"',
    '\\',
    '[',
    ']',
    '{',
    '}',
    '$',
    '"NaN',
  ],
  ...[' ', '\n', '\r', '\t', '\0', '\u2028', '\u202e', '\ud800', 'é', '🠉', '__proto__', 'constructor'],
  ...['{"triggers": ["', '"]}', '"ppas": ["u:t@a/b:F00"]', 'null', 'true', '1e999', '-0', '\\u0000'],
  ...[
    '20260902_101112_abcde@',
    'PASS',
    'FAIL reason',
    'SKIP',
    'warning:',
    '[since=2026-12-01]',
    '[web]',
    'a = b',
  ],
  ...[
    'Package: ',
    'Version: ',
    '1:2.3-4ubuntu5~',
    'autopkgtest [10:11:12]: host h; command line: ',
    '--env=',
  ],
  ...[
    "'--env=ADT_TEST_TRIGGERS=",
    '--testname=x',
    ' -- null',
    ': @@@@@@@@@@@@@@@@@@@@',
    'schroot ',
    '$RELEASE',
  ],
]
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)
const bytes = fc.oneof(
  text.map(one => Buffer.from(one)),
  fc.uint8Array({ maxLength: 300 }).map(one => Buffer.from(one)),
)
/** Objects with the names that messages have, and any values. */
const message = fc.dictionary(
  fc.constantFrom(
    ...[
      'release',
      'architecture',
      'package',
      'container',
      'swift_dir',
      'testpkg_version',
      'triggers',
      'duration',
    ],
    ...[
      'exitcode',
      'requester',
      'env',
      'running',
      'params',
      'logtail',
      '__proto__',
      'queues',
      'arches',
      'releases',
    ],
  ),
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom('noble', 'amd64', 'hello', 0, '4\n', '71\n', 'r/a/h/hello/1@', true),
    },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
)

async function* eachOf<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values
}

/** Array.fromAsync came with Node 22. */
async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}

/** A parser that answers always: what it throws must name what is wrong. */
function answered(parse: (input: string) => unknown): (input: string) => unknown {
  return input => {
    try {
      return parse(input)
    } catch (error) {
      expect(isFailure(error), String(error)).toBe(true)
      return error
    }
  }
}

describe('every parser', () => {
  it.each(Object.entries(PARSERS))('of %s answers, or names what is wrong', (_, parse) => {
    fc.assert(
      fc.property(text, input => void answered(parse)(input)),
      RUNS,
    )
  })

  it.each(Object.entries(PARSERS))(
    'of %s takes no more than its share longer for what repeats itself',
    (_, parse) => {
      for (const piece of PIECES) {
        for (const [before, after] of [
          ['', ''],
          ['hello\n', 'x'],
        ] as const) {
          const textOf = (characters: number) => before + piece.repeat(characters / piece.length) + after
          expect(isSurelySteep(answered(parse), textOf), JSON.stringify([before, piece])).toBe(false)
        }
      }
    },
  )

  it.each(Object.entries({ testcomplete, teststatus, queuedJson, runningJson, statisticsJson }))(
    'of %s messages answers, and takes nothing that cannot be recorded',
    (name, schema) => {
      fc.assert(
        fc.property(message, value => {
          const parsed = schema.safeParse(JSON.parse(JSON.stringify(value)))
          if (!parsed.success || name !== 'testcomplete') return
          const {
            exitcode,
            duration,
            package: packageName,
          } = parsed.data as ReturnType<typeof testcomplete.parse>
          expect(Number.isInteger(exitcode)).toBe(true)
          expect(duration === null || Number.isFinite(duration)).toBe(true)
          expect(isPackageName(packageName)).toBe(true)
        }),
        RUNS,
      )
    },
  )

  it('of an index of sources reads it, or says that it is none', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async chunk => {
        const found = await parseSources(eachOf([chunk])).catch(error => {
          expect(isFailure(error)).toBe(true)
          return []
        })
        for (const one of found) expect(isPackageName(one.package)).toBe(true)
      }),
      RUNS,
    )
  })

  it('of a dump says what is wrong with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 3 }), async lines => {
        const head = '{"autopkgtest-web":"state"}'
        const reading = allOf(parseStateDump(eachOf([head, ...lines])))
        await reading.catch(error => expect(String(error)).toMatch(/line \d+ is no/))
      }),
      RUNS,
    )
  })
})

describe('what we write is read back', () => {
  it('names of queues', () => {
    for (const key of allQueues(['noble', 'jammy'], ['amd64', 's390x'])) {
      expect(parseQueueName(queueName(key))).toEqual(key)
    }
    fc.assert(
      fc.property(text, name => {
        const key = parseQueueName(name)
        if (key !== undefined) expect(queueName(key)).toBe(name)
      }),
      RUNS,
    )
  })

  it('directories of runs, as far as they name one', () => {
    fc.assert(
      fc.property(text, name => {
        const run = parseRunDirectory(name)
        if (run !== undefined) expect(parseRunDirectory(runDirectory(run))).toEqual(run)
      }),
      RUNS,
    )
  })

  it('removed requests, byte for byte', () => {
    const headers = fc.constantFrom({}, { 'x-attempt': 2 })
    fc.assert(
      fc.property(bytes, headers, (body, given) => {
        const removed = { queue: 'debci-noble-amd64', headers: given, body }
        const line = printRemovedRequest(removed)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        const parsed = parseRemovedRequest(line)
        if (typeof parsed === 'string') throw new Error(parsed)
        expect([parsed.queue, parsed.headers]).toEqual([removed.queue, given])
        expect(Buffer.compare(parsed.body, body)).toBe(0)
      }),
      RUNS,
    )
  })

  it('dumps of the state', async () => {
    const row = fc.record({
      table: text,
      row: fc.dictionary(
        text.filter(name => name !== '__proto__'),
        fc.oneof(text, fc.maxSafeInteger(), fc.constant(null)),
      ),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 4 }), async rows => {
        const lines = (await allOf(printStateDump(eachOf(rows)))).join('').split('\n').slice(0, -1)
        expect(JSON.stringify(await allOf(parseStateDump(eachOf(lines))))).toBe(JSON.stringify(rows))
      }),
      RUNS,
    )
  })

  it('seeds of a release, as the completions that they are', () => {
    const run = aRun().of('zlib', '1:1.3').by('joe').lasting(90).failing()
    expect(testcomplete.parse(JSON.parse(printSeed(run, 'resolute')))).toEqual({
      release: 'resolute',
      architecture: 'amd64',
      package: 'zlib',
      container: 'autopkgtest-resolute',
      swift_dir: `dummy/seed/new/release/${run.runId}`,
      testpkg_version: '1:1.3',
      triggers: run.triggers,
      duration: 90,
      exitcode: 4,
      requester: 'joe',
      env: '',
    })
  })
})

describe('what is shown of a request', () => {
  it('never holds a credential, wherever it stands in a PPA', () => {
    const ppa = text.map(owner => `user:s3cr3t@${owner.replaceAll('@', '')}`)
    fc.assert(
      fc.property(fc.array(ppa, { minLength: 1, maxLength: 3 }), ppas => {
        const parsed = parseTestRequest(Buffer.from(`hello\n${JSON.stringify({ ppas })}`))
        if (parsed.ok) expect(showTestRequest(parsed.request)).not.toContain('s3cr3t')
      }),
      RUNS,
    )
  })

  it('is judged for removal without a fault, whatever it holds', () => {
    const criteria = { duplicates: true, obsolete: true, triggers: ['glibc'], before: Date.now() }
    const judge = requestJudge(
      criteria,
      { context: 'ubuntu', release: 'noble', arch: 'amd64' },
      new Map([['glibc', '3']]),
    )
    fc.assert(
      fc.property(fc.object(), params => {
        judge({ package: 'hello', params: readRequestParams(params) })
      }),
      RUNS,
    )
  })
})
