import { setTimeout as sleep } from 'node:timers/promises'

/** People who read the same few pages again and again. */
export interface PageLoad {
  /** What they have been answered so far; `slow` ones took longer than anybody waits. */
  seen(): { readonly ok: number; readonly unavailable: number; readonly slow: number }
  /** The last answer of each page. */
  lastStatuses(): (number | undefined)[]
  /** What should never be answered: anything but a whole page, or 503 that says when to come again. */
  odd(): readonly string[]
  stop(): Promise<void>
}

const PAUSE_MS = 20
const SLOW_MS = 10_000

/** Asks for each of the pages, one after the other, until it is stopped. */
export function askPages(url: string, paths: readonly string[]): PageLoad {
  const stopped = new AbortController()
  const seen = { ok: 0, unavailable: 0, slow: 0 }
  const last = new Map<string, number>()
  const odd: string[] = []

  const askOnce = async (path: string) => {
    const begun = performance.now()
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(60_000) })
    const text = await answer.text()
    if (performance.now() - begun > SLOW_MS) seen.slow++
    last.set(path, answer.status)
    if (answer.status === 200 && isWhole(path, text)) seen.ok++
    else if (answer.status === 503 && Number(answer.headers.get('retry-after')) > 0) seen.unavailable++
    else odd.push(`${path}: ${answer.status} ${answer.headers.get('retry-after')} ${text.slice(-200)}`)
  }
  const asking = paths.map(async path => {
    while (!stopped.signal.aborted) {
      await askOnce(path).catch(error => odd.push(`${path}: ${error}`))
      await sleep(PAUSE_MS)
    }
  })
  return {
    seen: () => ({ ...seen }),
    lastStatuses: () => paths.map(path => last.get(path)),
    odd: () => odd,
    async stop() {
      stopped.abort()
      await Promise.all(asking)
    },
  }
}

function isWhole(path: string, text: string): boolean {
  if (!path.endsWith('.json')) return text.trimEnd().endsWith('</html>')
  JSON.parse(text)
  return true
}
