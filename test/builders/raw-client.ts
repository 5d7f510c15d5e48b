import { Agent, request } from 'node:http'
import { onTestFinished } from 'vitest'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface RawRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends targets unchanged: no dot segment is resolved, no backslash turned, nothing encoded. */
export function rawClient(port: number): (target: string, init?: RawRequest) => Promise<RawAnswer> {
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  return (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers, agent }, answer => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString('latin1'),
          }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
}
