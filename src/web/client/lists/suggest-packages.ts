/** Waits for a pause in typing. */
const PAUSE_MS = 80
const SHOWN = 8

export interface FoundPackage {
  readonly package: string
  readonly url: string
}

/**
 * Packages as one types: makes a field a combobox (WAI-ARIA practices, list autocomplete with manual selection) over
 * what works without it.
 * @param box what the list hangs under
 * @param choose what a choice does
 */
export function suggestPackages(
  input: HTMLInputElement,
  box: HTMLElement,
  choose: (found: FoundPackage) => void,
): void {
  const list = document.createElement('ul')
  list.id = `${input.id}-found`
  list.className = 'found'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', 'Packages')
  list.hidden = true
  box.append(list)
  input.setAttribute('role', 'combobox')
  input.setAttribute('aria-autocomplete', 'list')
  input.setAttribute('aria-controls', list.id)
  input.setAttribute('aria-expanded', 'false')

  let timer: number | undefined
  let asked: AbortController | undefined
  let found: readonly FoundPackage[] = []
  let active = -1

  const mark = (index: number): void => {
    const options = [...list.children]
    active = options.length === 0 ? -1 : (index + options.length + 1) % (options.length + 1)
    if (active === options.length) active = -1
    for (const [at, option] of options.entries()) option.setAttribute('aria-selected', String(at === active))
    const marked = options[active]
    if (marked === undefined) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', marked.id)
  }
  const close = (): void => {
    list.hidden = true
    input.setAttribute('aria-expanded', 'false')
    mark(-1)
  }
  const take = (one: FoundPackage): void => {
    asked?.abort()
    clearTimeout(timer)
    close()
    choose(one)
  }
  const show = (answer: readonly FoundPackage[]): void => {
    found = answer.slice(0, SHOWN)
    list.replaceChildren(
      ...found.map((one, index) => {
        const link = document.createElement('a')
        link.href = one.url
        link.textContent = one.package
        link.tabIndex = -1
        link.addEventListener('click', event => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return
          event.preventDefault()
          take(one)
        })
        const option = document.createElement('li')
        option.id = `${list.id}-${index}`
        option.setAttribute('role', 'option')
        option.append(link)
        return option
      }),
    )
    mark(-1)
    list.hidden = found.length === 0
    input.setAttribute('aria-expanded', String(found.length > 0))
  }
  const ask = async (): Promise<void> => {
    asked?.abort()
    const text = input.value.trim()
    if (text === '') return close()
    asked = new AbortController()
    const { signal } = asked
    try {
      const answer = await fetch(`/search.json?q=${encodeURIComponent(text)}`, { signal })
      if (!answer.ok) return
      const { packages } = (await answer.json()) as { packages: FoundPackage[] }
      if (!signal.aborted && box.contains(document.activeElement)) show(packages)
    } catch {
      // Typed on, or no connection: the field still works
    }
  }

  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(ask, PAUSE_MS)
  })
  input.addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (list.hidden) return
      event.preventDefault()
      mark(active + (event.key === 'ArrowDown' ? 1 : -1))
    } else if (event.key === 'Escape') {
      if (list.hidden) input.blur()
      else close()
    } else if (event.key === 'Enter') {
      const one = list.hidden ? undefined : found[active]
      if (one === undefined) return
      event.preventDefault()
      take(one)
    }
  })
  box.addEventListener('focusout', event => {
    if (!box.contains(event.relatedTarget as Node | null)) close()
  })
}
