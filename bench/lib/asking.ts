import { connect, type Socket } from 'node:net'
import { percentile } from './percentiles.ts'
import { ACCEPT_ENCODING } from './wrk.ts'

/** The statistics of a series of requests; latencies in milliseconds. */
export interface Asked {
  readonly perSecond: number
  readonly requests: number
  readonly p50: number
  readonly p99: number
  /** The average number of bytes of a body as it was sent. */
  readonly bytes: number
}

export interface Answer {
  readonly status: number
  readonly etag: string | undefined
  /** Bytes of the body as they were sent. */
  readonly bytes: number
  /** Milliseconds from the request to the last byte. */
  readonly took: number
}

/** Requests over one kept connection; costs a tenth of Node's own client. */
export interface Asker {
  get(path: string, acceptEncoding?: string): Promise<Answer>
  close(): void
}

export async function openAsker(url: string): Promise<Asker> {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname).setNoDelay()
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return {
    async get(path, acceptEncoding = ACCEPT_ENCODING) {
      const started = performance.now()
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: ${acceptEncoding}\r\n\r\n`)
      const answer = await readAnswer(socket)
      return { ...answer, took: performance.now() - started }
    },
    close: () => void socket.destroy(),
  }
}

/** The end of a body that is sent in chunks (RFC 9112, 7.1). */
const LAST_CHUNK = '\r\n0\r\n\r\n'

/** Reads one answer: of a declared length, or in chunks, whose lengths count as well. */
function readAnswer(socket: Socket): Promise<Omit<Answer, 'took'>> {
  return new Promise((resolve, reject) => {
    let head = ''
    let missing = -1
    let tail = ''
    let answer: (Omit<Answer, 'took'> & { inChunks: boolean }) | undefined
    const end = (settle: () => void) => {
      socket.off('data', take).off('close', fail).off('error', fail)
      settle()
    }
    const fail = () => end(() => reject(new Error('the connection ended before the answer did')))
    const take = (chunk: Buffer) => {
      let body = chunk.length
      if (answer === undefined) {
        const text = head + chunk.toString('latin1')
        const bodyAt = text.indexOf('\r\n\r\n')
        if (bodyAt < 0) {
          head = text
          return
        }
        answer = readHead(text.slice(0, bodyAt + 2))
        missing = answer.bytes
        body = text.length - bodyAt - 4
      }
      missing -= body
      tail = (tail + chunk.subarray(-LAST_CHUNK.length).toString('latin1')).slice(-LAST_CHUNK.length)
      const { inChunks, ...whole } = answer
      if (inChunks ? tail === LAST_CHUNK : missing <= 0)
        end(() => resolve(inChunks ? { ...whole, bytes: -missing } : whole))
    }
    socket.on('data', take).on('close', fail).on('error', fail)
  })
}

function readHead(head: string): Omit<Answer, 'took'> & { inChunks: boolean } {
  const field = (name: string) => new RegExp(`^${name}: (.*?)\\r$`, 'im').exec(head)?.[1]
  return {
    status: Number(head.split(' ')[1]),
    etag: field('etag'),
    bytes: Number(field('content-length') ?? 0),
    inChunks: field('transfer-encoding') === 'chunked',
  }
}

/** Requests each of these paths once, over several connections at a time. Throws if one answers with an error. */
export async function askOnce(url: string, paths: readonly string[], connections = 8): Promise<Asked> {
  const askers = await Promise.all(Array.from({ length: connections }, () => openAsker(url)))
  const left = paths[Symbol.iterator]()
  const answers: Answer[] = []
  const started = performance.now()
  try {
    await Promise.all(
      askers.map(async asker => {
        for (const path of left) {
          const answer = await asker.get(path)
          if (answer.status >= 400) throw new Error(`${path} answered ${answer.status}`)
          answers.push(answer)
        }
      }),
    )
  } finally {
    for (const asker of askers) asker.close()
  }
  return summed(answers, (performance.now() - started) / 1000)
}

/** The statistics of these answers, which took this many seconds altogether. */
export function summed(answers: readonly Pick<Answer, 'took' | 'bytes'>[], seconds: number): Asked {
  const took = answers.map(answer => answer.took)
  return {
    perSecond: took.length / seconds,
    requests: took.length,
    p50: percentile(took, 50),
    p99: percentile(took, 99),
    bytes: answers.reduce((sum, answer) => sum + answer.bytes, 0) / answers.length,
  }
}
