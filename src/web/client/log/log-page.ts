import { onKey } from '../keyboard.ts'
import { failureRail } from './failure-rail.ts'
import { searchInLog } from './log-search.ts'

/**
 * The log page: failures by key, search, folding, and addresses of lines (`#L12`) and ranges (`#L12-L20`), which a shift
 * click on a second line number makes.
 */
export function readLog(): void {
  const log = document.querySelector<HTMLElement>('[data-log]')
  if (log === null) return
  const sections = () => [...log.querySelectorAll<HTMLDetailsElement>('details.log-section')]

  showAddress(log)
  addEventListener('hashchange', () => showAddress(log))
  log.addEventListener('click', event => pickRange(event))

  const marks = [...log.querySelectorAll<HTMLElement>('[data-failure]')]
  if (marks.length > 0) failureRail(log, marks)
  searchInLog(log, line => showLine(line, log))

  const stops = [...log.querySelectorAll<HTMLElement>(STOPS)]
  const goToFailure = (step: 1 | -1): void => {
    // The last ones cannot stand at the top: while the one that was gone to is in sight, it tells where we are
    const isSeen = (stop: Element): boolean => topOf(stop) > -4 && topOf(stop) < innerHeight
    const isHere = (stop: Element): boolean =>
      stop === document.activeElement || (stop.id !== '' && `#${stop.id}` === location.hash)
    const seen = stops.findIndex(stop => isHere(stop) && isSeen(stop))
    const below = stops.findIndex(stop => topOf(stop) > (step === 1 ? 4 : -4))
    const after = below === -1 ? stops.length : below
    const next = stops[seen !== -1 ? seen + step : step === 1 ? after : after - 1]
    if (next !== undefined) goTo(next, log)
  }
  onKey('n', 'Next failure', () => goToFailure(1))
  onKey('p', 'Previous failure', () => goToFailure(-1))
  onKey('f', 'Fold or unfold all', () => {
    const unfold = sections().some(section => !section.open)
    for (const section of sections()) section.open = unfold
  })
}

/** Where `n` and `p` lead: to the lines that say why tests failed, and where none does, to their sections. */
const STOPS = '[data-failure], details[data-failed]:not(:has([data-failure])) > summary'

function showLine(line: number, log: HTMLElement): void {
  location.replace(`#L${line}`)
  showAddress(log)
}

/** A line is in the address from then on, in the place of the one before. */
function goTo(stop: HTMLElement, log: HTMLElement): void {
  if (stop.matches('[data-failure]')) {
    showLine(Number(stop.id.slice(1)), log)
  } else {
    const section = stop.closest('details')
    if (section !== null) section.open = true
    stop.scrollIntoView({ block: 'start', behavior: 'instant' })
  }
  stop.focus({ preventScroll: true })
}

/** Where it is in the window; what is folded stands where its section does. */
function topOf(element: Element): number {
  const folded = element.closest('details:not([open])')
  return (folded ?? element).getBoundingClientRect().top
}

const RANGE = /^#L(\d+)(?:-L?(\d+))?$/
const MOST_MARKED = 5000

/** Marks the lines that the address names, unfolds what they stand in, and goes to the first. */
function showAddress(log: HTMLElement): void {
  for (const marked of log.querySelectorAll('.picked')) marked.classList.remove('picked')
  const section = document.getElementById(location.hash.slice(1))
  if (section instanceof HTMLDetailsElement) section.open = true
  const found = RANGE.exec(location.hash)
  if (found === null) return
  const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])].sort((a, b) => a - b) as [
    number,
    number,
  ]
  for (let number = first; number <= Math.min(last, first + MOST_MARKED); number++) {
    document.getElementById(`L${number}`)?.classList.add('picked')
  }
  const line = document.getElementById(`L${first}`)
  const folded = line?.closest('details')
  if (folded) folded.open = true
  line?.scrollIntoView({ block: 'center', behavior: 'instant' })
}

/** A shift click on a line number makes a range from the line that is in the address. */
function pickRange(event: MouseEvent): void {
  const line = event.target instanceof HTMLAnchorElement && /^L(\d+)$/.exec(event.target.id)
  const first = RANGE.exec(location.hash)?.[1]
  if (!line || !event.shiftKey || first === undefined) return
  event.preventDefault()
  const [from, to] = [Number(first), Number(line[1])].sort((a, b) => a - b)
  location.hash = `#L${from}-L${to}`
}
