/**
 * What one address does over and over, from four connections at once: a process of its own, as asking and answering in one would
 * measure the asker. `node attacker.ts URL ADDRESS [FILE]`, the file being a form that is posted. Ends with its input,
 * and says then what it got.
 */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'

const CONNECTIONS = 4
/** Like one that gives up, and comes again. */
const PATIENCE_MS = 60_000

const [url = '', address = '', file] = process.argv.slice(2)
const { hostname, port } = new URL(url)
/** As it is written: parsing would make it an address that nobody attacks with. `{n}` is another number each time. */
const path = url.slice(url.indexOf('/', 'http://'.length))
const form = file === undefined ? undefined : readFileSync(file)
const agent = new Agent({ keepAlive: false, localAddress: address })
const got = { answers: 0, longest: 0 }
let asked = 0
let isOver = false
const stopping = new AbortController()

function ask(): Promise<void> {
  return new Promise(resolve => {
    let bytes = 0
    const method = form === undefined ? 'GET' : 'POST'
    const headers = form && {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': form.length,
    }
    const { signal } = stopping
    const asking = request(
      { hostname, port, path: path.replace('{n}', String(asked++)), agent, method, headers, signal },
      response =>
        response.on('data', (data: Buffer) => {
          bytes += data.length
        }),
    )
    asking.setTimeout(PATIENCE_MS, () => asking.destroy())
    asking.on('error', () => undefined) // a refusal may close while the form is still sent
    asking.on('close', () => {
      got.answers += 1
      got.longest = Math.max(got.longest, bytes)
      resolve()
    })
    asking.end(form)
  })
}

async function overAndOver(): Promise<void> {
  while (!isOver) await ask()
}

process.stdin.resume().on('end', () => {
  isOver = true
  stopping.abort()
})
process.stdout.write('begun\n')
await Promise.all(Array.from({ length: CONNECTIONS }, overAndOver))
process.stdout.write(`${JSON.stringify(got)}\n`)
