import { onKey } from '../keyboard.ts'

/** A piece of a log as the server sends it. */
interface Piece {
  readonly line: number
  readonly text: string
  readonly gap?: string
}

/** So near the end of what there is, a reader reads on. */
const NEAR_PX = 40

/** Adds to a log what its test prints, and keeps its end in sight until the reader scrolls up; a button resumes. */
export function followLog(): void {
  const box = document.querySelector<HTMLElement>('[data-live-log]')
  const pre = box?.querySelector('pre')
  if (box === null || pre === null || pre === undefined) return
  const status = document.createElement('p')
  status.className = 'connection'
  status.setAttribute('role', 'status')
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset.byScript = ''
  box.after(button, status)

  let isFollowing = true
  const show = (): void => {
    button.textContent = isFollowing ? 'Stop following' : 'Follow'
    if (isFollowing) box.scrollTop = box.scrollHeight
  }
  const set = (follow: boolean): void => {
    isFollowing = follow
    show()
  }
  button.addEventListener('click', () => set(!isFollowing))
  box.addEventListener('scroll', () => {
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX
    if (isAtEnd !== isFollowing) set(isAtEnd)
  })
  // An address of a line is where the reader wants to be
  const toTarget = (): void => {
    if (location.hash.startsWith('#L')) set(false)
  }
  addEventListener('hashchange', toTarget)
  toTarget()
  show()
  markContents()
  document.addEventListener('refreshed', markContents)
  onKey('n', 'Next failure', () => goToFailure(box, 1))
  onKey('p', 'Previous failure', () => goToFailure(box, -1))

  const source = new EventSource(box.dataset.liveLog as string)
  source.addEventListener('open', () => {
    status.textContent = ''
  })
  source.addEventListener('error', () => {
    if (source.readyState !== EventSource.OPEN) status.textContent = 'Connection lost; reconnecting…'
  })
  source.addEventListener('message', ({ data }) => {
    append(pre, JSON.parse(data as string) as Piece)
    if (isFollowing) box.scrollTop = box.scrollHeight
  })
  source.addEventListener('ended', ({ data }) =>
    lead(status, data, 'It has ended; its result will appear here'),
  )
  source.addEventListener('finished', ({ data }) => {
    source.close()
    lead(status, data + placeIn(box, isFollowing), 'It has ended: the finished log')
  })
}

/** Marks the lines that the contents of the page, which are kept up to date, lead to. */
function markContents(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.live-contents a[href^="#L"]')) {
    const line = document.getElementById(link.hash.slice(1))
    if (line === null) continue
    if (link.dataset.failureLine === undefined) line.classList.add('section-line')
    else {
      line.dataset.failure = ''
      line.tabIndex = -1
    }
  }
}

/** From the failure that has the focus to the next, or from where the reader is. */
function goToFailure(box: HTMLElement, step: 1 | -1): void {
  const stops = [...box.querySelectorAll<HTMLElement>('[data-failure]')]
  const here = stops.indexOf(document.activeElement as HTMLElement)
  const top = box.getBoundingClientRect().top
  const below = stops.findIndex(stop => stop.getBoundingClientRect().top >= top)
  const near = step === 1 ? below : (below === -1 ? stops.length : below) - 1
  const next = stops[here === -1 ? (near === -1 && step === 1 ? 0 : near) : here + step]
  if (next === undefined) return
  location.replace(`#${next.id}`)
  next.focus({ preventScroll: true })
}

/** The line that the reader is at, for an address: one that was gone to, the first in sight, or the last. */
function placeIn(box: HTMLElement, isFollowing: boolean): string {
  if (location.hash.startsWith('#L')) return location.hash
  const lines = [...box.querySelectorAll<HTMLElement>('pre > [id]')]
  const top = box.getBoundingClientRect().top
  const line = isFollowing ? lines.at(-1) : lines.find(one => one.getBoundingClientRect().bottom > top)
  return line === undefined ? '' : `#${line.id}`
}

function append(pre: HTMLElement, { line, text, gap }: Piece): void {
  if (gap !== undefined) {
    const missing = document.createElement('i')
    missing.className = 'gap'
    missing.textContent = `Missing here: ${gap}.\n`
    pre.append(missing)
  }
  for (const [index, part] of text.split(/(?<=\n)/).entries()) {
    const id = `L${line + index}`
    const known = index === 0 && pre.lastElementChild?.id === id ? pre.lastElementChild : undefined
    if (known !== undefined) {
      // An unfinished line is shown with a line break that it does not have
      known.lastChild?.replaceWith((known.lastChild.textContent ?? '').replace(/\n$/, '') + part)
    } else pre.append(newLine(id, line + index, part))
  }
}

function newLine(id: string, number: number, text: string): HTMLElement {
  const element = document.createElement('span')
  element.id = id
  const link = document.createElement('a')
  link.href = `#${id}`
  link.textContent = String(number)
  element.append(link, ` ${text}`)
  return element
}

function lead(status: HTMLElement, href: string, words: string): void {
  const link = document.createElement('a')
  link.href = href
  link.textContent = words
  status.replaceChildren(link)
}
