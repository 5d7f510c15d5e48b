/** Places of more than these could not be told apart. */
const MOST = 100

/**
 * A rail beside the scroll bar, with a tick for each line that says why something failed: where they are in all of the
 * log. It follows what is folded and unfolded, and what the browser learns of heights while it lays out more.
 */
export function failureRail(log: HTMLElement, marks: readonly HTMLElement[]): void {
  const rail = document.createElement('nav')
  rail.className = 'failure-rail'
  rail.setAttribute('aria-label', 'Failures in the log')
  const ticks = marks.slice(0, MOST).map(mark => {
    const tick = document.createElement('a')
    tick.className = 'failure-tick'
    tick.href = `#${mark.id}`
    tick.title = `Line ${mark.id.slice(1)}`
    tick.setAttribute('aria-label', tick.title)
    // Keys already go from one to the next; so many tab stops would be in the way
    tick.tabIndex = -1
    rail.append(tick)
    return { mark, tick }
  })
  document.body.append(rail)

  let asked = false
  const place = (): void => {
    asked = false
    const height = document.documentElement.scrollHeight
    for (const { mark, tick } of ticks) {
      const seen = mark.closest('details:not([open])') ?? mark
      tick.style.top = `${((seen.getBoundingClientRect().top + scrollY) / height) * 100}%`
    }
  }
  const ask = (): void => {
    if (asked) return
    asked = true
    requestAnimationFrame(place)
  }
  new ResizeObserver(ask).observe(log)
  addEventListener('resize', ask)
  place()
}
