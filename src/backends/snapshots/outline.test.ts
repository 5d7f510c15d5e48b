import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../../test/eventually.ts'
import type { QueueContent, QueuedJson } from '../../contracts/files/queued-json.ts'
import { snapshotFiles } from './files.ts'
import { queueOutline } from './outline.ts'
import type { Snapshots } from './snapshots.ts'

const QUEUED: QueuedJson = {
  releases: ['noble', 'jammy'],
  arches: ['amd64'],
  queues: {
    ubuntu: {
      noble: {
        amd64: { size: 3, requests: ['żółw\n{"triggers": ["a/1"]}', 'private job'] },
        s390x: { size: 0, requests: [], unread: 'a "policy"' },
      },
      jammy: {},
    },
    ppa: { noble: { amd64: { size: 1, requests: ['"],"requests":["'] } } },
    huge: {},
  },
}

describe('the outline of the queues', () => {
  it('is of a text that is JSON as it was', () => {
    expect(queueOutline.format(QUEUED).text).toBe(JSON.stringify(QUEUED))
    const none = { releases: [], arches: [], queues: {} }
    expect(queueOutline.format(none).text).toBe(JSON.stringify(none))
  })

  it('has all that the file has, and the number of requests without reading them', () => {
    const { text, outline } = queueOutline.format(QUEUED)
    const value = queueOutline.read(JSON.parse(JSON.stringify(outline)), Buffer.from(text))
    expect(value.queues.ubuntu?.noble?.amd64?.known).toBe(2)
    expect(value).toEqual(QUEUED)
  })

  it('reads halves of characters as the file is read', () => {
    const content: QueueContent = { size: 1, requests: ['a\n{"x": "\ud800"}'] }
    const { text, outline } = queueOutline.format({
      ...QUEUED,
      queues: { ubuntu: { noble: { amd64: content } } },
    })
    const value = queueOutline.read(outline, Buffer.from(text))
    expect(value.queues.ubuntu?.noble?.amd64?.requests).toEqual(['a\n{"x": "\ufffd"}'])
  })

  describe('beside the file', () => {
    let folder: string
    let opened: Snapshots[]
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'outline-'))
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
        ppaContainers: at('ppa_containers.json'),
        excuseDifferences: at('excuse-differences.json'),
        machineTime: at('machine-time.json'),
        alerts: at('alert.txt'),
      })
      opened.push(snapshots)
      return snapshots
    }
    const content = ({ queued }: Snapshots) => queued.current().value.queues.ubuntu?.noble?.amd64

    it('is used by another process, which reads no request that nobody asked for', async () => {
      const [writer, reader] = [open(), open()]
      await writer.queued.replace(QUEUED)
      await eventually(() => expect(content(reader)?.size).toBe(3))
      expect(content(reader)?.known).toBe(2)
      expect(reader.queued.current().value).toEqual(QUEUED)
    })

    it('is not believed of a file that somebody else wrote', async () => {
      const [writer, reader] = [open(), open()]
      await writer.queued.replace(QUEUED)
      await eventually(() => expect(content(reader)?.known).toBe(2))
      writeFileSync(
        at('queued.json'),
        readFileSync(at('queued.json'), 'utf8').replace('"size":3', '"size":7'),
      )
      await eventually(() => expect(content(reader)?.size).toBe(7))
      expect(content(reader)?.known).toBeUndefined()
    })

    it('may be damaged: the file is read as a whole', async () => {
      const [writer, reader] = [open(), open()]
      await writer.queued.replace(QUEUED)
      await eventually(() => expect(content(reader)?.known).toBe(2))
      writeFileSync(at('.queued.json.outline'), '{"stamp":')
      const late = open()
      writeFileSync(at('queued.json'), JSON.stringify({ ...QUEUED, arches: [] }))
      await eventually(() => expect(late.queued.current().value).toEqual({ ...QUEUED, arches: [] }))
    })
  })
})
