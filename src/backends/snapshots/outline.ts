import { z } from 'zod'
import type { QueueContent, QueuedJson } from '../../contracts/files/queued-json.ts'
import { parseJson } from '../../domain/text/json.ts'
import type { Outlining } from './held-file.ts'

/**
 * The contents of `queued.json` without its requests, and the position in the file of those of each queue, in
 * bytes. Written beside the file: with tens of thousands of requests, most pages show their number and a few
 * of them, and only those that show all need to read all.
 */
interface Outline {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  readonly queues: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, OutlinedQueue>>>>>>
}

interface OutlinedQueue {
  readonly size: number
  readonly known: number
  readonly unread?: string | undefined
  readonly from: number
  readonly to: number
}

const number = z.number().int().nonnegative()
const queue = z.object({
  size: number,
  known: number,
  unread: z.string().optional(),
  from: number,
  to: number,
})
const outline: z.ZodType<Outline> = z.object({
  releases: z.array(z.string()),
  arches: z.array(z.string()),
  queues: z.record(z.string(), z.record(z.string(), z.record(z.string(), queue))),
})
const bodies = z.array(z.string())

export const queueOutline: Outlining<QueuedJson> = {
  format({ releases, arches, queues }) {
    let text = `{"releases":${JSON.stringify(releases)},"arches":${JSON.stringify(arches)},"queues":{`
    let bytes = Buffer.byteLength(text)
    const add = (part: string): void => {
      text += part
      bytes += Buffer.byteLength(part)
    }
    const addQueue = ({ size, requests, unread }: QueueContent): OutlinedQueue => {
      add(`{"size":${size},"requests":`)
      const from = bytes
      add(JSON.stringify(requests))
      const to = bytes
      add(unread === undefined ? '}' : `,"unread":${JSON.stringify(unread)}}`)
      return { size, known: requests.length, unread, from, to }
    }
    const each = <A, B>(record: Readonly<Record<string, A>>, one: (value: A) => B): Record<string, B> =>
      Object.fromEntries(
        Object.entries(record).map(([key, value], place) => {
          add(`${place === 0 ? '' : ','}${JSON.stringify(key)}:`)
          return [key, one(value)]
        }),
      )
    const inBraces = <A, B>(record: Readonly<Record<string, A>>, one: (value: A) => B): Record<string, B> => {
      add('{')
      const made = each(record, one)
      add('}')
      return made
    }
    const made = each(queues, byRelease => inBraces(byRelease, byArch => inBraces(byArch, addQueue)))
    add('}}')
    return { text, outline: { releases, arches, queues: made } satisfies Outline }
  },

  read(written, bytes) {
    const { releases, arches, queues } = outline.parse(written)
    const each = <A, B>(record: Readonly<Record<string, A>>, one: (value: A) => B): Record<string, B> =>
      Object.fromEntries(Object.entries(record).map(([key, value]) => [key, one(value)]))
    return {
      releases,
      arches,
      queues: each(queues, byRelease =>
        each(byRelease, byArch => each(byArch, one => readLater(one, bytes))),
      ),
    }
  },
}

/** A queue whose requests are read when they are first needed. */
function readLater({ size, known, unread, from, to }: OutlinedQueue, bytes: Buffer): QueueContent {
  let read: readonly string[] | undefined
  const json = () => bytes.toString('utf8', from, to)
  const content: QueueContent = {
    size,
    get requests() {
      read ??= bodies.parse(parseJson(json()))
      return read
    },
    ...(unread === undefined ? {} : { unread }),
  }
  return Object.defineProperties(content, { known: { value: known }, json: { get: json } })
}
