import { get, type IncomingMessage } from 'node:http'

/** What readers of live pages saw. */
export interface LiveReaders {
  /** Of each kind of page, after how many milliseconds each reader was told of each thing that was said. */
  readonly delays: ReadonlyMap<string, readonly number[]>
  /** How many are connected now. */
  connected(): number
  /** Connections that were refused or lost. */
  lost(): number
  close(): void
}

/** A text that says when it was said, in milliseconds since 1970. */
export const saidAt = (now: number): string => `said-at-${now}`
const SAID_AT = /said-at-(\d{13})/g
const AGAIN_MS = 500

/**
 * Opens live pages as browsers do, and keeps them open: event streams whose texts hold {@link saidAt}.
 * @param pages how many readers each address has, by the kind of page
 */
export function openLiveReaders(
  base: string,
  pages: ReadonlyMap<string, { readonly path: string; readonly readers: number }>,
): LiveReaders {
  const delays = new Map([...pages.keys()].map(kind => [kind, [] as number[]]))
  const open = new Set<IncomingMessage>()
  let lost = 0
  let isClosed = false

  function read(kind: string, path: string): void {
    if (isClosed) return
    // What was said before it was there is kept for it, and is not late; news tell of what was before them, too
    let newest = Date.now()
    let isAgain = false
    const again = () => {
      if (isClosed || isAgain) return
      isAgain = true
      lost++
      setTimeout(() => read(kind, path), AGAIN_MS).unref()
    }
    const request = get(base + path, answer => {
      if (answer.statusCode !== 200) {
        answer.resume()
        again()
        return
      }
      open.add(answer)
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        const end = text.lastIndexOf('\n\n')
        if (end < 0) return
        for (const said of new Set(
          Array.from(text.slice(0, end).matchAll(SAID_AT), ([, at]) => Number(at)),
        )) {
          if (said <= newest) continue
          newest = said
          delays.get(kind)?.push(Date.now() - said)
        }
        text = text.slice(end)
      })
      answer
        .on('error', () => {})
        .on('close', () => {
          open.delete(answer)
          again()
        })
    })
    request.on('error', again)
  }

  for (const [kind, { path, readers }] of pages) for (let n = 0; n < readers; n++) read(kind, path)
  return {
    delays,
    connected: () => open.size,
    lost: () => lost,
    close() {
      isClosed = true
      for (const answer of open) answer.destroy()
    },
  }
}
