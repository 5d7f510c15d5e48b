import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../../test/eventually.ts'
import type { RunningJson } from '../../contracts/files/running-json.ts'
import { snapshotFiles } from './files.ts'
import type { Snapshots } from './snapshots.ts'

const RUNNING: RunningJson = {
  hello: {
    "triggers_['hello/1'];": { noble: { amd64: [{ triggers: ['hello/1'] }, 100, '  0s autopkgtest…'] } },
  },
}

describe('snapshot files', () => {
  let folder: string
  let opened: Snapshots[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'snapshots-'))
    opened = []
  })
  afterEach(async () => {
    await Promise.all(opened.map(one => one.close()))
    rmSync(folder, { recursive: true })
  })

  const at = (name: string) => join(folder, name)
  function open(): Snapshots {
    const snapshots = snapshotFiles({
      running: at('running.json'),
      queued: at('queued.json'),
      statistics: at('stats.json'),
      machineTime: at('machine-time.json'),
      ppaContainers: at('ppa_containers.json'),
      excuseDifferences: at('excuse-differences.json'),
      alerts: at('alert.txt'),
    })
    opened.push(snapshots)
    return snapshots
  }

  it('says that a file is missing, with the empty value and its bytes', () => {
    const { running, queued, alerts } = open()
    expect(running.current()).toMatchObject({ state: 'missing', value: {}, at: undefined })
    expect(Buffer.from(running.current().bytes).toString()).toBe('{}')
    expect(queued.current().value).toEqual({ releases: [], arches: [], queues: {} })
    expect(alerts.current().value).toEqual([])
  })

  it('gives what was written at once, and to another process within a second', async () => {
    const [writer, reader] = [open(), open()]
    let told = 0
    reader.running.onChange(() => told++)
    const before = reader.running.current().version
    await writer.running.replace(RUNNING)
    expect(writer.running.current()).toMatchObject({ state: 'ok', value: RUNNING })
    await eventually(() => expect(told).toBe(1))
    const held = reader.running.current()
    expect(held).toMatchObject({ state: 'ok', value: RUNNING })
    expect(held.version).not.toBe(before)
    expect(held.version).toBe(writer.running.current().version)
    expect(held.bytes).toEqual(readFileSync(at('running.json')))
  })

  it('sees changes of a folder that came after it, and of one that was replaced', async () => {
    rmSync(folder, { recursive: true })
    const { running } = open()
    mkdirSync(folder)
    writeFileSync(at('running.json'), '{}')
    await eventually(() => expect(running.current().state).toBe('ok'))
    renameSync(folder, `${folder}.old`)
    mkdirSync(folder)
    writeFileSync(at('running.json'), JSON.stringify(RUNNING))
    await eventually(() => expect(running.current().value).toEqual(RUNNING))
    rmSync(`${folder}.old`, { recursive: true })
  })

  it('keeps the last good value while a file is broken', async () => {
    const { running } = open()
    await running.replace(RUNNING)
    for (const broken of [
      '{"hello": ',
      '',
      '[]',
      '{"hello": {"x": {"noble": {"amd64": [{}, "long", ""]}}}}',
    ]) {
      writeFileSync(at('running.json'), broken)
      await eventually(() => expect(running.current().state).toBe('broken'))
      expect(running.current().value).toEqual(RUNNING)
    }
    writeFileSync(at('running.json'), '{}')
    await eventually(() => expect(running.current()).toMatchObject({ state: 'ok', value: {} }))
  })

  it('calls what cannot be read broken', () => {
    mkdirSync(at('running.json'))
    expect(open().running.current()).toMatchObject({ state: 'broken', value: {} })
  })

  it('forgets the value when the file is removed', async () => {
    const { running } = open()
    await running.replace(RUNNING)
    rmSync(at('running.json'))
    await eventually(() => expect(running.current()).toMatchObject({ state: 'missing', value: {} }))
  })

  it('does not write the same bytes again', async () => {
    const { statistics } = open()
    await statistics.replace({})
    const { ino, mtimeNs } = statSync(at('stats.json'), { bigint: true })
    const { version } = statistics.current()
    await statistics.replace({})
    expect(statSync(at('stats.json'), { bigint: true })).toMatchObject({ ino, mtimeNs })
    expect(statistics.current().version).toBe(version)
  })

  it('says that what was written again is of now, and tells nobody of a change', async () => {
    const [writer, reader] = [open(), open()]
    await writer.queued.replace(writer.queued.current().value)
    utimesSync(at('queued.json'), 1_000_000, 1_000_000)
    await eventually(() => expect(reader.queued.current().at?.getTime()).toBe(1e9))
    let told = 0
    for (const one of [writer, reader]) one.queued.onChange(() => told++)
    const began = Math.floor(Date.now() / 1000) * 1000
    await writer.queued.replace(writer.queued.current().value)
    for (const { queued } of [writer, reader])
      await eventually(() => expect(queued.current().at?.getTime()).toBeGreaterThanOrEqual(began))
    expect(told).toBe(0)
  })

  it('writes the same value again over a file that somebody else has changed', async () => {
    const { statistics } = open()
    await statistics.replace({})
    writeFileSync(at('stats.json'), 'broken')
    await statistics.replace({})
    expect(readFileSync(at('stats.json'), 'utf8')).toBe('{}')
  })

  it('replaces as a whole, readable by everybody, and leaves nothing else behind', async () => {
    const umask = process.umask(0o077)
    try {
      const { running } = open()
      await Promise.all(
        Array.from({ length: 20 }, (_, n) => running.replace({ ...RUNNING, [`package${n}`]: {} })),
      )
      expect(statSync(at('running.json')).mode & 0o777).toBe(0o644)
      expect(running.current().value).toHaveProperty('package19')
      expect(readdirSync(folder)).toEqual(['running.json'])
    } finally {
      process.umask(umask)
    }
  })

  it('removes what a writer that died left behind, and nothing younger', async () => {
    writeFileSync(at('.running.json.new-dead'), 'x')
    utimesSync(at('.running.json.new-dead'), 1, 1)
    writeFileSync(at('.running.json.new-alive'), 'x')
    await open().running.replace({})
    expect(readdirSync(folder).toSorted()).toEqual(['.running.json.new-alive', 'running.json'])
  })

  it('reports a folder that cannot be written to, and works again afterwards', async () => {
    const { running } = open()
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'a file in the way')
    await expect(running.replace({})).rejects.toThrow(/EEXIST|ENOTDIR/)
    rmSync(folder)
    mkdirSync(folder)
    await running.replace(RUNNING)
    expect(running.current().value).toEqual(RUNNING)
  })

  it('reads and writes alerts one a line', async () => {
    const { alerts } = open()
    const list = [
      { level: 'error', message: 'a: b: c' } as const,
      { level: 'info', message: 'back soon' } as const,
    ]
    await alerts.replace(list)
    expect(readFileSync(at('alert.txt'), 'utf8')).toBe('error:a: b: c\ninfo:back soon\n')
    expect(open().alerts.current().value).toEqual(list)
  })

  it('holds 100,000 queued requests without a read or a parse that nobody asked for', async () => {
    const requests = Array.from({ length: 100_000 }, (_, n) => `package${n}\n{"triggers": ["hello/${n}"]}`)
    const queued = {
      releases: ['noble'],
      arches: ['amd64'],
      queues: { ubuntu: { noble: { amd64: { size: requests.length, requests } } } },
    }
    const [writer, reader] = [open(), open()]
    await writer.queued.replace(queued)
    expect(writer.queued.current().value).toBe(queued)
    await eventually(() => expect(reader.queued.current().version).toBe(writer.queued.current().version))
    expect(reader.queued.current().value).toEqual(queued)
    expect(reader.queued.current().value).toBe(reader.queued.current().value)
  })
})
