import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../builders/command-line.ts'

const LOG = `autopkgtest [14:38:11]: version 5.28
autopkgtest [14:38:23]: test one: preparing testbed
autopkgtest [14:38:28]: test one: [-----------------------
autopkgtest [14:38:29]: test one: -----------------------]
one                  FAIL non-zero exit status 3
`
const DIED = 'autopkgtest [14:38:11]: ERROR: testbed failure: gone\n'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cli-log-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function aFile(name: string, content: string | Uint8Array): string {
  const file = join(dir, name)
  writeFileSync(file, content)
  return file
}

describe('log sections', () => {
  it('prints one object a file in the order given, gzip or plain', async () => {
    const [packed, plain] = [aFile('log.gz', gzipSync(LOG)), aFile('log', DIED)]
    const { status, stdout, stderr } = await run('log', 'sections', '--json', packed, plain)
    expect([status, stderr]).toEqual([0, ''])
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual([
      {
        file: packed,
        sections: [
          { kind: 'preparation', name: '', result: null, line: 1 },
          { kind: 'test', name: 'one', result: 'FAIL', line: 2 },
        ],
        errorLine: null,
      },
      { file: plain, sections: [{ kind: 'preparation', name: '', result: null, line: 1 }], errorLine: 1 },
    ])
  })

  it('prints lines for people', async () => {
    const [one, died] = [aFile('one', LOG), aFile('died', DIED)]
    const { stdout } = await run('log', 'sections', one, died)
    expect(stdout).toBe(`${one}:\n1\tpreparation\n2\ttest\tone\tFAIL\n${died}:\n1\tpreparation\n1\terror\n`)
  })

  it('goes on after a file that is not there, and after one that breaks off, and fails in the end', async () => {
    const missing = join(dir, 'missing')
    const cut = aFile('cut.gz', gzipSync(LOG.repeat(100)).subarray(0, 150))
    const good = aFile('good', LOG)
    const { status, stdout, stderr } = await run('log', 'sections', '--json', missing, cut, good)
    expect(status).toBe(1)
    expect(
      stdout
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line).file),
    ).toEqual([cut, good])
    expect(stderr).toContain(`'${missing}'`)
    expect(stderr).toContain(`${cut}: incomplete log: it is truncated`)
  })

  it('wants a file', async () => {
    expect((await run('log', 'sections')).status).toBe(2)
  })

  it('reads an empty file, and one of three bytes', async () => {
    const files = [aFile('empty', ''), aFile('short', 'abc')]
    const { status, stdout } = await run('log', 'sections', '--json', ...files)
    expect([status, stdout.match(/"sections"/g)?.length]).toEqual([0, 2])
  })
})

describe('log failures', () => {
  const FAILED = LOG.replace(
    /(\[-{23}\n)/,
    '$1all 0 errors\nx.c:1:2: error: no such member ‘y’\nmake: *** [Makefile:1: x] Error 1\n',
  )

  it('prints one object a file in the order given, with the lines of the first failing test', async () => {
    const [failed, passed] = [aFile('log.gz', gzipSync(FAILED)), aFile('fine', LOG.replace('FAIL', 'PASS'))]
    const { status, stdout, stderr } = await run('log', 'failures', '--json', failed, passed)
    expect([status, stderr]).toEqual([0, ''])
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual([
      { file: failed, lines: [5, 6, 4], signature: 'x.c:#: error: no such member ‘y’' },
      { file: passed, lines: [], signature: '' },
    ])
  })

  it('reads summary and exitcode where they lie beside the log', async () => {
    const log = aFile('log', FAILED)
    aFile('exitcode', '0\n')
    expect((await run('log', 'failures', '--json', log)).stdout).toContain('"lines":[]')
    aFile('exitcode', '4\n')
    aFile('summary', 'one PASS\n')
    expect((await run('log', 'failures', '--json', log)).stdout).not.toContain('[5,')
  })

  it('prints lines for people, and fails for what is not there', async () => {
    const log = aFile('log', FAILED)
    const { status, stdout } = await run('log', 'failures', join(dir, 'missing'), log)
    expect(status).toBe(1)
    expect(stdout).toContain(`${log}:\n5\tone\tcompile\tx.c:1:2: error: no such member ‘y’\n`)
  })
})
