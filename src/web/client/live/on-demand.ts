/**
 * Fills `<details data-on-demand="/address">` with the `data-part` of that page when it is unfolded, and again whenever the
 * page was refreshed meanwhile. Without script a link stands there.
 */
export function fetchOnDemand(): void {
  const fill = async (place: HTMLDetailsElement): Promise<void> => {
    const answer = await fetch(place.dataset.onDemand as string, { headers: { accept: 'text/html' } })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const part = page.querySelector('[data-part]')
    const text = place.querySelector('.on-demand pre')
    if (part === null) return
    const fresh = part.querySelector('pre')
    // In place, so that what is being read stays where it is
    if (text !== null && fresh !== null) {
      if (text.textContent !== fresh.textContent) text.textContent = fresh.textContent
      return
    }
    part.classList.add('on-demand')
    place.append(part)
  }
  const fillOpen = (): void => {
    for (const place of document.querySelectorAll<HTMLDetailsElement>('details[open][data-on-demand]')) {
      fill(place).catch(() => undefined)
    }
  }
  // It does not bubble
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.open && target.dataset.onDemand !== undefined)
        fill(target).catch(() => undefined)
    },
    { capture: true },
  )
  document.addEventListener('refreshed', fillOpen)
  fillOpen()
}

/** Unfolds what the address leads to; not every browser does so by itself. */
export function openTarget(): void {
  const open = (): void => {
    const target = document.querySelector(':target')
    const folded = target?.closest<HTMLDetailsElement>('details:not([open])')
    if (target === null || !folded) return
    folded.open = true
    target.scrollIntoView({ block: 'start' })
  }
  addEventListener('hashchange', open)
  open()
}
