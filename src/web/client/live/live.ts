/** How long a lost connection may be silent before it is said: reconnecting often takes a moment only. */
const GRACE_PERIOD_MS = 4_000

/**
 * Follows an event stream for a live part of the page. While the connection is lost, `region` has the class
 * `stale`, and a status line in it says so; the browser reconnects by itself. A hidden page closes its connection
 * (browsers allow six per host), and `on` is called for every kind of event when it is visible again.
 * @param on what to do with the data of each kind of event
 * @returns the way to stop
 */
export function follow(
  url: string,
  region: HTMLElement,
  on: Readonly<Record<string, (data: string) => void>>,
): () => void {
  const status = statusLine(region)
  let source: EventSource | undefined
  let timer: number | undefined
  const say = (text: string): void => {
    region.classList.toggle('stale', text !== '')
    if (status.textContent !== text) status.textContent = text
  }
  const close = (): void => {
    clearTimeout(timer)
    timer = undefined
    source?.close()
    source = undefined
  }
  const lost = (): void => {
    timer ??= window.setTimeout(() => {
      const since = new Date().toLocaleTimeString('en-GB')
      const ended = source?.readyState === EventSource.CLOSED
      const next = ended ? 'Reload the page to continue.' : 'Reconnecting…'
      say(`Connection lost; this page may be out of date (${since}). ${next}`)
    }, GRACE_PERIOD_MS)
  }
  const open = (): void => {
    source = new EventSource(url)
    source.addEventListener('open', () => {
      clearTimeout(timer)
      timer = undefined
      say('')
    })
    source.addEventListener('error', lost)
    for (const [name, handle] of Object.entries(on)) {
      source.addEventListener(name, event => handle((event as MessageEvent<string>).data))
    }
  }
  const seen = (): void => {
    if (document.hidden) close()
    else if (source === undefined) {
      open()
      for (const handle of Object.values(on)) handle('')
    }
  }
  document.addEventListener('visibilitychange', seen)
  if (!document.hidden) open()
  return () => {
    document.removeEventListener('visibilitychange', seen)
    close()
  }
}

function statusLine(region: HTMLElement): HTMLElement {
  const status = document.createElement('p')
  status.className = 'connection'
  status.setAttribute('role', 'status')
  region.prepend(status)
  return status
}
