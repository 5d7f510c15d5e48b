import { describe, expect, it } from 'vitest'
import { parseExcuses } from './excuses.ts'

/** As PyYAML writes it: strings are quoted where they must be, and broken where they are long. */
const FILE = `generated-date: 2026-11-29 10:00:00.000000
sources:
- component: universe
  dependencies:
    blocked-by:
    - gtk4
  excuses:
  - 'Migration status for hello (2.10-3 to 2.10-4): Waiting for test results, another
    package or too young (no action required now - check later)'
  - 'Issues preventing migration:'
  - ∙ ∙ Too young, only 2 of 5 days old
  - '∙ ∙ autopkgtest for <a href="https://example.org/apt">apt/2.9</a>: amd64: Regression'
  - '∙ ∙ missing build on <a href="https://example.org/b?a=1&amp;b=2" target="_blank">riscv64</a>: <b>hello</b>
    (from 2.10-3)'
  - ∙ ∙ Depends &lt;hello&gt; on gtk4
  is-candidate: false
  item-name: hello
  migration-policy-verdict: REJECTED_TEMPORARILY
  missing-builds:
    on-architectures:
    - riscv64
  new-version: 2.10-4
  old-version: 2.10-3
  policy_info:
    age:
      age-requirement: 5
      current-age: 2.5
    autopkgtest:
      apt/2.9:
        amd64:
        - REGRESSION
        - https://example.org/log.gz
        - null
        - null
        - null
      verdict: REJECTED_PERMANENTLY
  reason:
  - autopkgtest
  source: hello
- excuses:
  - Not touching package due to block request by freeze
  is-candidate: true
  new-version: '1:2'
  old-version: '-'
  source: epoch
`

async function* chunked(text: string, size: number) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const read = (text: string, size = 1000) => parseExcuses(chunked(text, size))
const hello = { source: 'hello', version: '2.10-4' }

describe('the excuses of britney', () => {
  it.each([1, 7, 100_000])('are read however they come in: %i bytes at a time', async size => {
    const excuses = await read(FILE, size)
    expect(excuses.size).toBe(2)
    expect(excuses.of(hello)).toEqual({
      ...{ source: 'hello', version: '2.10-4', isCandidate: false, verdict: 'REJECTED_TEMPORARILY' },
      lines: [
        'Migration status for hello (2.10-3 to 2.10-4): Waiting for test results, another package or too young (no action required now - check later)',
        'Issues preventing migration:',
        '∙ ∙ Too young, only 2 of 5 days old',
        '∙ ∙ missing build on riscv64: hello (from 2.10-3)',
        '∙ ∙ Depends <hello> on gtk4',
      ],
    })
    expect(excuses.of({ source: 'epoch', version: '1:2' })?.lines).toEqual([
      'Not touching package due to block request by freeze',
    ])
    expect(excuses.of({ source: 'hello', version: '2.10-3' })).toBeUndefined()
    expect(excuses.of({ source: 'constructor', version: '' })).toBeUndefined()
  })

  it('take no harm from a source that is broken, or far too long', async () => {
    const broken = '- excuses: [\n  source: broken\n  new-version: 1\n'
    const long = `- excuses:\n${`  - ${'x'.repeat(900)}\n`.repeat(200)}  source: long\n  new-version: 1\n`
    const excuses = await read(FILE.replace('sources:\n', `sources:\n${broken}${long}`))
    expect(excuses.of({ source: 'broken', version: '1' })?.lines).toEqual([])
    expect(excuses.of({ source: 'long', version: '1' })).toBeUndefined()
    expect(excuses.of(hello)?.lines).toHaveLength(5)
  })

  it('have texts in quotes, with all that is escaped there', async () => {
    const texts = [
      ...[
        "'it''s fine: really'",
        `"tab\\there \\u2219 \\U0001F600 \\"quoted\\" \\\\ \\x41"`,
        '"folded\\\n    \\ here"',
        "'",
      ],
      ...['"', '- deeper', '&a *b !c'],
    ]
    const item = `- excuses:\n${texts.map(text => `  - ${text}\n`).join('')}  source: a\n  new-version: 1\n`
    expect((await read(`sources:\n${item}`)).of({ source: 'a', version: '1' })?.lines).toEqual([
      ...["it's fine: really", 'tab here ∙ 😀 "quoted" \\ A', 'folded here', '- deeper', '&a *b !c'],
    ])
  })

  it('do not follow what only pretends to be short', async () => {
    const laughs = Array.from({ length: 9 }, (_, n) => `  - &a${n + 1} [${`*a${n},`.repeat(9)}]\n`).join('')
    const bomb = `sources:\n- excuses:\n  - &a0 ha\n${laughs}  source: bomb\n  new-version: 1\n`
    expect((await read(bomb)).of({ source: 'bomb', version: '1' })?.lines).toHaveLength(10)
  })

  it('are refused where they are none, or more than anybody has', async () => {
    for (const text of ['', '<html>', 'a: 1\n', '[[[[', '\0\0\0'])
      await expect(read(text)).rejects.toThrow(/sources/)
    const one = '- source: a\n  new-version: 1\n'
    const limits = { sources: 2, one: 1000, all: 1000 }
    const many = `sources:\n${[1, 2, 3].map(n => one.replace('source: a', `source: a${n}`)).join('')}`
    await expect(parseExcuses(chunked(many, 99), limits)).rejects.toThrow('more than 2 sources')
    await expect(parseExcuses(chunked(many, 99), { ...limits, sources: 9, all: 10 })).rejects.toThrow(
      'characters',
    )
  })

  it('hold no more of a line without an end than a line has', async () => {
    async function* endless() {
      yield Buffer.from('sources:\n- source: a\n  new-version: 1\n  excuses: ')
      for (let n = 0; n < 500; n++) yield Buffer.alloc(100_000, 'x')
    }
    expect((await parseExcuses(endless())).of({ source: 'a', version: '1' })).toBeDefined()
  })

  it('show so many lines, each so long, and only those that are texts', async () => {
    const texts = `${'  - word\n'.repeat(80)}  - 7\n  - {a: 1}\n`
    const excuses = await read(
      `sources:\n- excuses:\n  - ${'long '.repeat(400)}\n${texts}  source: a\n  new-version: 1\n`,
    )
    const found = excuses.of({ source: 'a', version: '1' })
    expect(found?.lines).toHaveLength(50)
    expect(found?.lines[0]?.length).toBeLessThanOrEqual(500)
  })
})
