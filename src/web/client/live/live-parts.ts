import { relateTimes } from '../times.ts'
import { follow } from './live.ts'
import { patchDom } from './patch-dom.ts'

/** The page asks for itself again no sooner than this after it did, and later the larger it is. */
const SOONEST_MS = 2_000
const BYTES_PER_MS = 50

/**
 * Keeps `<… data-live="running queued">` up to date: when one of its sources changed, the page is fetched again
 * and the element changed in place. What the reader has unfolded, focused or scrolled to stays. An element whose
 * sources are empty has nothing (more) to follow.
 */
export function keepLive(): void {
  const region = document.querySelector<HTMLElement>('[data-live]')
  if (region === null) return
  const topics = (region.dataset.live ?? '').split(' ').filter(Boolean)
  if (topics.length === 0) return
  let next = performance.now() + SOONEST_MS
  let scheduled = false

  const refresh = async (): Promise<void> => {
    scheduled = false
    const began = performance.now()
    const answer = await fetch(location.href.split('#')[0] as string, { headers: { accept: 'text/html' } })
    if (!answer.ok) return
    const text = await answer.text()
    const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-live]')
    if (fresh !== null) {
      patchDom(region, fresh)
      relateTimes(region)
      document.dispatchEvent(new Event('refreshed'))
      if (region.dataset.live === '') stop()
    }
    next = began + Math.max(SOONEST_MS, text.length / BYTES_PER_MS)
  }
  const due = (): void => {
    if (scheduled) return
    scheduled = true
    setTimeout(() => refresh().catch(() => undefined), Math.max(0, next - performance.now()))
  }
  const stop = follow(
    `/events?of=${topics.join(',')}`,
    region,
    Object.fromEntries(topics.map(topic => [topic, due])),
  )
}
