import { describe, expect, it } from 'vitest'
import { queueOutline } from '../../backends/snapshots/outline.ts'
import type { QueuedJson } from '../../contracts/files/queued-json.ts'
import type { Web } from '../web.ts'
import { queuesApi } from './queues.ts'

const REQUESTS = ['hello\n{"triggers": ["a/1", "b/2"]}', 'żółw\n{"x": "\\"], [\\""}', 'private job']

const queued = (requests: readonly string[]): QueuedJson => ({
  releases: ['noble'],
  arches: ['amd64'],
  queues: {
    ubuntu: {
      noble: { amd64: { size: requests.length, requests }, i386: { size: 0, requests: [] } },
      jammy: {},
    },
    ppa: {},
    huge: { noble: { amd64: { size: 9, requests: ['one'] } } },
  },
})

/** What is answered where the file was parsed, and where its outline was read. */
async function bodies(requests: readonly string[]) {
  const { text, outline } = queueOutline.format(queued(requests))
  const values = [JSON.parse(text) as QueuedJson, queueOutline.read(outline, Buffer.from(text))]
  const answers = values.map(value => {
    const web = { snapshots: { queued: { current: () => ({ value }) } } } as unknown as Web
    return queuesApi.render({} as never, web)
  })
  return (await Promise.all(answers)).map(answer => ('body' in answer ? answer.body : ''))
}

describe('queues.json from the text of the file', () => {
  it.each([
    ['requests', REQUESTS],
    ['none', []],
    ['a text that ends as the space between two does', ['a",', 'b', '","']],
    ['an empty text', ['', '']],
    ['what looks like a place that is kept', ['\0', '"\\u0000"', '$&']],
  ])('is byte for byte what writing it anew gives: %s', async (_, requests) => {
    const [parsed, copied] = await bodies(requests)
    expect(copied).toBe(parsed)
    expect(JSON.parse(String(copied)).ubuntu.noble.amd64).toEqual(requests)
  })
})
