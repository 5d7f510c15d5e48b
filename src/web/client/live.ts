/** How long a lost connection may be silent before it is said: reconnecting often takes a moment only. */
const PATIENCE_MS = 4_000

/**
 * Follows an event stream for a live part of the page. While the connection is lost, `region` has the class
 * `stale`, and a status line in it says so; the browser reconnects by itself.
 * @param on what to do with the data of each kind of event
 */
export function follow(
  url: string,
  region: HTMLElement,
  on: Readonly<Record<string, (data: string) => void>>,
): EventSource {
  const source = new EventSource(url)
  const status = document.createElement('p')
  status.className = 'connection'
  status.setAttribute('role', 'status')
  region.prepend(status)
  let timer: number | undefined
  const say = (text: string): void => {
    region.classList.toggle('stale', text !== '')
    if (status.textContent !== text) status.textContent = text
  }
  source.addEventListener('open', () => {
    clearTimeout(timer)
    timer = undefined
    say('')
  })
  source.addEventListener('error', () => {
    timer ??= window.setTimeout(() => {
      const since = new Date().toLocaleTimeString('en-GB')
      const retry =
        source.readyState === EventSource.CLOSED ? 'Load the page again to go on.' : 'Reconnecting…'
      say(`Connection lost; what stands here may be old (${since}). ${retry}`)
    }, PATIENCE_MS)
  })
  for (const [name, handle] of Object.entries(on)) {
    source.addEventListener(name, event => handle((event as MessageEvent<string>).data))
  }
  return source
}
