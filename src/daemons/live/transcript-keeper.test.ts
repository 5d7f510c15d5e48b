import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { openTranscriptsIn } from '../../../test/builders/transcripts.ts'
import { type RunningStatus, teststatus } from '../../contracts/messages/teststatus.ts'
import { transcriptKeeper } from './transcript-keeper.ts'

const BEGAN = Date.parse('2026-11-20T10:00:00Z')
const at = (seconds: number) => BEGAN + seconds * 1000

function status(duration: number, fields: object = {}): RunningStatus {
  return teststatus.parse({
    ...{ release: 'noble', architecture: 'amd64', package: 'hello', running: true },
    ...{ params: { triggers: ['hello/1'] }, duration, logtail: '', ...fields },
  }) as RunningStatus
}

function aKeeper(folder = temporaryFolder()) {
  const transcripts = openTranscriptsIn(folder)
  const keeper = transcriptKeeper(transcripts)
  return {
    folder: join(folder, 'live-logs'),
    transcripts,
    keeper,
    async say(duration: number, fields: object = {}) {
      await keeper.report(status(duration, fields), at(duration))
      await keeper.flush(at(duration))
    },
    /** All that is kept of the only transcript, a gap in brackets. */
    async kept() {
      const [id = ''] = [...(await transcripts.kept()).keys()]
      const pieces = (await transcripts.read(id))?.pieces ?? []
      return pieces.map(({ text, gap }) => (gap === undefined ? text : `[${gap}]${text}`)).join('')
    },
  }
}

describe('the transcript of a running test', () => {
  it('grows by what its worker says to be new, each part once', async () => {
    const { say, kept } = aKeeper()
    await say(10, { output: { offset: 0, text: 'one\nzw' } })
    await say(20, { output: { offset: 4, text: 'zwei, ö\n' } })
    await say(30, { output: { offset: 4, text: 'zwei, ö\n' } })
    expect(await kept()).toBe('one\nzwei, ö\n')
  })

  it('loses nothing that comes while it is being written, also where that fails', async () => {
    const { transcripts, kept } = aKeeper()
    let isBroken = false
    const keeper = transcriptKeeper({
      ...transcripts,
      async append(id, pieces) {
        if (isBroken) throw new Error('the disk is full')
        await transcripts.append(id, [...pieces])
        // Reports go on while the disk takes its time
        if (pieces[0]?.number === 1) await report(20, { output: { offset: 4, text: 'two\n' } })
      },
    })
    const report = (duration: number, fields: object) => keeper.report(status(duration, fields), at(duration))
    await report(10, { output: { offset: 0, text: 'one\n' } })
    await keeper.flush(at(10))
    isBroken = true
    await expect(keeper.flush(at(20))).rejects.toThrow('full')
    await report(30, { output: { offset: 8, text: 'three\n' } })
    isBroken = false
    await keeper.flush(at(30))
    expect(await kept()).toBe('one\ntwo\nthree\n')
  })

  it('says how much is missing where a message was lost', async () => {
    const { say, kept } = aKeeper()
    await say(10, { output: { offset: 0, text: 'one\n' } })
    await say(30, { output: { offset: 1004, text: 'three\n' } })
    expect(await kept()).toBe('one\n[1,000 bytes, printed between 0h 00m 10s and 0h 00m 30s]three\n')
  })

  it('is made of the tails that overlap where the worker sends nothing else', async () => {
    const { say, kept } = aKeeper()
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => `this is line ${from + n} of many\n`).join('')
    await say(10, { logtail: lines(0, 20) })
    await say(20, { logtail: lines(10, 40) })
    await say(30, { logtail: lines(90, 99) })
    expect(await kept()).toBe(
      `${lines(0, 40)}[a part that was printed between 0h 00m 20s and 0h 00m 30s]${lines(90, 99)}`,
    )
  })

  it('goes on after a restart, and begins anew with another run of the same parameters', async () => {
    const folder = temporaryFolder()
    await aKeeper(folder).say(10, { output: { offset: 0, text: 'one\n' } })
    const { say, kept, keeper } = aKeeper(folder)
    await say(20, { output: { offset: 4, text: 'two\n' } })
    expect(await kept()).toBe('one\ntwo\n')
    await keeper.report(teststatus.parse({ ...status(25), running: false }), at(25))
    await say(5, { output: { offset: 0, text: 'again\n' } })
    expect(await kept()).toBe('again\n')
  })

  it('is for this user alone, and of a private run and one with PPAs there is none', async () => {
    const { say, folder, transcripts } = aKeeper()
    await say(10, {
      params: { 'readable-by': 'joe' },
      output: { offset: 0, text: 'secret' },
      logtail: 'secret',
    })
    await say(10, { params: { swiftuser: 'joe' }, logtail: 'secret' })
    await say(10, { params: { ppas: ['joe/tools'] }, logtail: 'secret' })
    await say(10, { package: 'private-test', params: {}, logtail: 'secret' })
    expect((await transcripts.kept()).size).toBe(0)
    await say(10, { logtail: 'public\n' })
    const [name = ''] = readdirSync(folder)
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('holds so much of it and no more, the oldest lines going first, with numbers that stay', async () => {
    const { say, transcripts } = aKeeper()
    const text = `${'x'.repeat(99)}\n`.repeat(150)
    for (let n = 0; n < 30; n++) await say(10 + n * 10, { output: { offset: n * 15_000, text } })
    const [[id, { bytes }] = ['', { bytes: 0 }]] = await transcripts.kept()
    expect(bytes).toBeLessThanOrEqual(256 * 1024)
    const pieces = (await transcripts.read(id))?.pieces ?? []
    expect(pieces.at(-1)).toMatchObject({ number: 30, line: 29 * 150 + 1 })
    expect(pieces.length).toBeGreaterThan(8)
    expect(pieces[0]?.number).toBeGreaterThan(10)
  })

  it('is gone some time after the run has ended', async () => {
    const { say, keeper, transcripts } = aKeeper()
    await say(10, { logtail: 'x\n' })
    await keeper.report(teststatus.parse({ ...status(20), running: false }), at(20))
    await keeper.flush(at(21))
    const [id = ''] = [...(await transcripts.kept()).keys()]
    expect((await transcripts.read(id))?.pieces.at(-1)).toMatchObject({ last: true })
    await keeper.flush(at(1000))
    expect((await transcripts.kept()).size).toBe(0)
  })

  it('says so where the disk cannot be written to, and is whole when it can again', async () => {
    const root = temporaryFolder()
    writeFileSync(join(root, 'live-logs'), 'a file in the way')
    const { keeper, kept } = aKeeper(root)
    await keeper.report(status(10, { output: { offset: 0, text: 'one\n' } }), at(10))
    await expect(keeper.flush(at(10))).rejects.toThrow(/EEXIST|ENOTDIR/)
    rmSync(join(root, 'live-logs'))
    await keeper.report(status(20, { output: { offset: 4, text: 'two\n' } }), at(20))
    await keeper.flush(at(20))
    expect(await kept()).toBe('one\ntwo\n')
  })
})
