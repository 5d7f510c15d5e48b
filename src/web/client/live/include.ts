import { relateTimes } from '../times.ts'

/**
 * Fills `<… data-include="/address">` with the `data-included` part of that page: what depends on who reads, on a page
 * that is the same for everybody. Without it, or where there is nothing, a link stands there.
 */
export function includeParts(): void {
  const places = document.querySelectorAll<HTMLElement>('[data-include]')
  const include = async (place: HTMLElement): Promise<void> => {
    const answer = await fetch(place.dataset.include as string, { headers: { accept: 'text/html' } })
    if (!answer.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const part = page.querySelector('[data-included]')
    if (part === null) return
    place.querySelector('[data-included]')?.remove()
    place.append(part)
    relateTimes(place)
  }
  const includeAll = (): void => {
    for (const place of places) include(place).catch(() => undefined)
  }
  if (places.length === 0) return
  includeAll()
  document.addEventListener('refreshed', includeAll)
}
