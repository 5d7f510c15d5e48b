/** Looks that come closer together are one visit. */
const VISIT_MS = 30 * 60_000
/** Results are recorded a while after their run has ended, by which they are told apart. */
const LATE_MS = 10 * 60_000
const KEPT = 200
const KEY = 'visits'

/** When a page was visited: last, and last before this visit (0: never). */
export interface Visit {
  readonly last: number
  readonly before: number
}

/** The record after a visit now. */
export function visitAt(now: number, known: Visit | undefined): Visit {
  if (known === undefined) return { last: now, before: 0 }
  return { last: now, before: now - known.last > VISIT_MS ? known.last : known.before }
}

/** The beginning of the ids of runs from then on: `20261129_101112`. */
export const runIdFrom = (moment: number): string =>
  new Date(moment - LATE_MS).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')

/** Offers what is new since the last visit, where a page can be narrowed to that; remembered in this browser alone. */
export function offerNew(): void {
  offer()
  // Parts that are replaced come without it
  document.addEventListener('refreshed', offer)
}

function offer(): void {
  const part = document.querySelector<HTMLElement>('[data-visit]')
  const link = part?.querySelector('a')
  if (!part || !link || location.search.includes('since=')) return
  try {
    const { [link.pathname]: known, ...others } = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    const visit = visitAt(Date.now(), known)
    const kept = [...Object.entries(others).slice(1 - KEPT), [link.pathname, visit]]
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)))
    if (visit.before === 0) return
    link.search = `?since=${runIdFrom(visit.before)}`
    part.hidden = false
  } catch {
    // What cannot be remembered is not offered
  }
}
