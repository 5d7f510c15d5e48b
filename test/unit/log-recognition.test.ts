import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { LogIndexer } from '../../src/domain/log/log-sections.ts'
import { CORPUS, readCorpus } from '../builders/corpus.ts'
import { effort, fc } from '../fuzz.ts'

const OWN = /^(?: *\d+s )?autopkgtest (\[\d\d:\d\d:\d\d\]): (.*)$/s
const SECONDS = /^ *\d+s /

/** A log as lines; those that autopkgtest printed about its tests are marked. */
interface RealLog {
  readonly name: string
  readonly lines: readonly { readonly text: string; readonly isMarker: boolean }[]
}

function readLog(name: string): RealLog {
  const text = gunzipSync(readFileSync(join(CORPUS, name, 'log.gz'))).toString('latin1')
  const lines = text.split('\n')
  let output: string | undefined
  return {
    name,
    lines: lines.map(line => {
      const said = OWN.exec(line)?.[2]
      const [, test, what = ''] = /^test (\S+): (.*)$/.exec(said ?? '') ?? []
      if (output !== undefined) {
        // Only its own end counts inside of a test's output
        if (!(test === output && what.startsWith('---'))) return { text: line, isMarker: false }
        output = undefined
      }
      if (what.startsWith('[---')) output = test
      return { text: line, isMarker: said !== undefined && /^(?:test \S+: |@@@|ERROR: )/.test(said) }
    }),
  }
}

function found(log: string, chunk: number) {
  const bytes = Buffer.from(log, 'latin1')
  const indexer = new LogIndexer()
  for (let at = 0; at < bytes.length; at += chunk) indexer.push(bytes.subarray(at, at + chunk))
  const { sections, errorLine } = indexer.end()
  return {
    sections: sections.map(({ kind, name, result, detail }) => ({ kind, name, result, detail })),
    died: errorLine !== undefined,
  }
}

const LOGS = readCorpus(CORPUS).map(({ name }) => readLog(name))
const whole = (log: RealLog): string => log.lines.map(line => line.text).join('\n')

/** What may be done to the line of a marker; the line before it comes along, to be joined with it. */
type Change = (line: string) => { readonly line: string; readonly isJoined?: boolean }

const glued = fc
  .constantFrom(
    'late\u2026',
    '\u001b]0;root@host: ~\u0007root@host:~# ',
    '\u001b[?2004hroot@host:/# ',
    'oops]',
    'progress 99%\r',
    'x one PASS ',
    ' 17s waiting ....',
    '[  OK  ]: ',
  )
  .map(text => Buffer.from(text).toString('latin1'))
const CHANGES: readonly fc.Arbitrary<Change>[] = [
  glued.map(text => line => ({ line: text + line })),
  fc.constant(line => ({ line, isJoined: true })),
  fc.integer({ min: 1, max: 30 }).map(digits => line => ({
    line: `${'9'.repeat(digits)}s ${line.replace(SECONDS, '')}`,
  })),
  fc.constantFrom('1', '38;5;208', '38:2::1:2:3', '').map(style => line => ({
    line: `\u001b[${style}m${line}\u001b[0m`,
  })),
  fc.constant(line => ({
    line: line.replace(/autopkgtest (\[.*?\]): /, '\u001b[1mautopkgtest\u001b[0m \u001b[32m$1\u001b[0m: '),
  })),
  fc.integer({ min: 1, max: 40_000 }).map(length => line => ({ line: '.'.repeat(length) + line })),
  fc.constantFrom(' ', '\r', '\t \r').map(blanks => line => ({ line: line + blanks })),
  fc.constant(line => ({ line: line.replace(/ testbed$|mary$|-{12}\]$/, '').replace(/\[-{12}/, '[') })),
  fc.constant(line => ({ line: line.replace('autopkgtest [', 'adt-run [') })),
]

describe('the sections and results of real logs', () => {
  it('are those of its tests', () => {
    for (const run of readCorpus(CORPUS)) {
      const log = LOGS.find(({ name }) => name === run.name) as RealLog
      const results = new Map(run.subtests.map(({ name, result }) => [name, result]))
      for (const { kind, name, result } of found(whole(log), 4096).sections)
        if (kind === 'test') expect([log.name, name, result]).toEqual([log.name, name, results.get(name)])
    }
  })

  it('stay when markers are glued, joined, prefixed, coloured, lengthened, cut or renamed', () => {
    const change = fc.oneof(...CHANGES)
    fc.assert(
      fc.property(
        fc.constantFrom(...LOGS),
        fc.array(fc.option(change, { freq: 2 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 70_000 }),
        (log, changes, chunk) => {
          let marker = 0
          let changed = ''
          for (const [at, { text, isMarker }] of log.lines.entries()) {
            const made = isMarker ? changes[marker++ % changes.length]?.(text) : undefined
            changed += `${at > 0 && !made?.isJoined ? '\n' : ''}${made?.line ?? text}`
          }
          expect(found(changed, Math.max(chunk, changed.length / 5000))).toEqual(found(whole(log), 65_536))
        },
      ),
      effort(300),
    )
  })

  it.each([
    ['preparing', / preparing testbed$/],
    ['output', /: \[-+$/],
    ['ended', /: -+\]$/],
    ['results', / results [- ]+$/],
  ])('stay where the marks of one kind are missing: %s', (kind, pattern) => {
    for (const log of LOGS) {
      // Now and then a result comes before its mark: without the end of the output it is a part of that
      if (kind === 'ended' && / -+\]\r?\n(?: *\d+s )?\S+ +(?:PASS|FAIL|FLAKY)/.test(whole(log))) continue
      const kept = log.lines.filter(({ text, isMarker }, at) => {
        if (!isMarker || !pattern.test(text)) return true
        // A test that was not run has no other
        return kind === 'preparing' && !log.lines.slice(at).some(next => isOutputOf(next.text, text))
      })
      expect(found(kept.map(line => line.text).join('\n'), 4096), log.name).toEqual(found(whole(log), 4096))
    }
  })
})

function isOutputOf(line: string, preparing: string): boolean {
  const name = / test (\S+): preparing/.exec(preparing)?.[1]
  return line.includes(` test ${name}: [---`)
}
