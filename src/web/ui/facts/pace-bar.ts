import { humanDuration } from '../../../domain/run/duration.ts'
import type { RunPace, UsualDuration } from '../../../domain/run/usual-duration.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { counted } from './numbers.ts'

/** Beyond this multiple of what is usual the bar is full. */
const FULL = 2

/** How long a test has run, and a bar of that against what nine of ten of its runs took. */
export function paceBar(elapsed: number, usual: UsualDuration | undefined, pace: RunPace): Markup {
  const time = markup`<span class="v running">${humanDuration(elapsed)}</span>`
  if (usual === undefined) return markup`${time} <span class="quiet">no run before</span>`
  // In steps, so that renderings of a page differ in few places
  const share = Math.min(100, Math.round((elapsed / (usual.p90 * FULL)) * 50) * 2)
  const says = usualText(usual)
  return markup`
    ${time}${' '}
    <svg
      class="pace ${pace.level}"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="img"
      aria-label="${says}"
    >
      <title>${says}</title>
      <rect class="all" width="100" height="8"/>
      <rect class="done" width="${share}" height="8"/>
      <path d="M50 0V8"/>
    </svg>
    ${pace.reason === '' ? NOTHING : markup` <span class="pace-reason ${pace.level}">${pace.reason}</span>`}
  `
}

/** `usually 0h 02m 10s, nine of ten within 0h 03m 00s (of 40 runs)`. */
export function usualText({ n, p50, p90 }: UsualDuration): string {
  return `usually ${humanDuration(p50)}, nine of ten within ${humanDuration(p90)} (of ${counted(n, 'run')})`
}
