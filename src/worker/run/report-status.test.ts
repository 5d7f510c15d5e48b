import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { eventually } from '../../../test/eventually.ts'
import { silentLog } from '../../log.ts'
import { readWorkerRequest } from '../worker-request.ts'
import { startReporting } from './report-status.ts'

interface Said {
  readonly running: boolean
  readonly output?: { readonly offset: number; readonly text: string }
}

function aReport(params: object = { triggers: ['hello/1'] }) {
  const logFile = join(temporaryFolder(), 'log')
  const said: Said[] = []
  let isAway = false
  const broker = {
    async publishTo(_to: unknown, body: string | Uint8Array) {
      if (isAway) throw new Error('away')
      said.push(JSON.parse(String(body)) as Said)
      return true
    },
  }
  const request = readWorkerRequest('debci-noble-amd64', Buffer.from(`hello\n${JSON.stringify(params)}`))
  writeFileSync(logFile, '')
  const reporting = startReporting({ broker: broker as never, log: silentLog }, request, logFile, 20)
  /** The log as seen by a client that joins the pieces it was sent. */
  const joined = () => {
    let end = 0
    let text = ''
    for (const { output } of said) {
      if (output === undefined) continue
      if (output.offset > end) text += '[gap]'
      text += output.text
      end = output.offset + Buffer.byteLength(output.text)
    }
    return text
  }
  return { logFile, said, joined, reporting, goAway: (away: boolean) => (isAway = away) }
}

describe('what a worker says of a log that grows', () => {
  it('is each part of it once, in whole characters, with where it begins', async () => {
    const { logFile, joined, reporting } = aReport()
    const half = Buffer.from('ö€😀')
    let log = ''
    for (let n = 0; n < 5; n++) {
      const line = `line ${n} ö€😀 `
      log += line
      appendFileSync(logFile, Buffer.concat([Buffer.from(line), half.subarray(0, n)]))
      await new Promise(resolve => setTimeout(resolve, 50))
      appendFileSync(logFile, half.subarray(n))
      log += half.toString()
      await eventually(() => expect(joined()).toBe(log))
    }
    await reporting.end()
  })

  it('is sent again when it could not be sent', async () => {
    const { logFile, joined, reporting, goAway } = aReport()
    goAway(true)
    appendFileSync(logFile, 'one\n')
    await new Promise(resolve => setTimeout(resolve, 100))
    goAway(false)
    appendFileSync(logFile, 'two\n')
    await eventually(() => expect(joined()).toBe('one\ntwo\n'))
    await reporting.end()
  })

  it('is at most 16 KB a message, and its end where it grows faster', async () => {
    const { logFile, said, joined, reporting } = aReport()
    appendFileSync(logFile, 'a'.repeat(40_000))
    await eventually(() => expect(joined().length).toBe(40_000))
    appendFileSync(logFile, 'b'.repeat(1_000_000))
    await eventually(() => expect(joined()).toMatch(/^a+\[gap\]b{16384}$/))
    expect(Math.max(...said.map(({ output }) => output?.text.length ?? 0))).toBe(16_384)
    await reporting.end()
    expect(said.at(-1)).toMatchObject({ running: false })
    expect(said.at(-1)?.output).toBeUndefined()
  })

  it('is nothing where the test is private', async () => {
    const { logFile, said, reporting } = aReport({ 'readable-by': 'joe', swiftuser: 'joe' })
    appendFileSync(logFile, 'secret\n')
    await eventually(() => expect(said.length).toBeGreaterThan(2))
    await reporting.end()
    expect(JSON.stringify(said)).not.toContain('secret')
    expect(said.some(({ output }) => output !== undefined)).toBe(false)
  })
})
