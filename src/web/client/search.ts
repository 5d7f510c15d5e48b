import { onKey } from './keys.ts'

/** Waits for a pause in typing. */
const PAUSE_MS = 80
const SHOWN = 8

interface Found {
  readonly package: string
  readonly url: string
}

/**
 * Search as you type: a combobox (WAI-ARIA practices, list autocomplete with manual selection) over the form
 * that works without it.
 */
export function offerSearch(): void {
  const input = document.querySelector<HTMLInputElement>('header.site input[name=q]')
  const form = input?.form
  if (!input || !form) return
  onKey('/', 'Search for a package', () => {
    input.focus()
    input.select()
  })
  const list = document.createElement('ul')
  list.id = 'found'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', 'Packages')
  list.hidden = true
  form.append(list)
  input.setAttribute('role', 'combobox')
  input.setAttribute('aria-autocomplete', 'list')
  input.setAttribute('aria-controls', list.id)
  input.setAttribute('aria-expanded', 'false')

  let timer: number | undefined
  let asked: AbortController | undefined
  let active = -1

  const choose = (index: number): void => {
    const options = [...list.children]
    active = options.length === 0 ? -1 : (index + options.length + 1) % (options.length + 1)
    if (active === options.length) active = -1
    for (const [at, option] of options.entries()) option.setAttribute('aria-selected', String(at === active))
    const chosen = options[active]
    if (chosen === undefined) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', chosen.id)
  }
  const close = (): void => {
    list.hidden = true
    input.setAttribute('aria-expanded', 'false')
    choose(-1)
  }
  const show = (found: readonly Found[]): void => {
    list.replaceChildren(
      ...found.slice(0, SHOWN).map((one, index) => {
        const link = document.createElement('a')
        link.href = one.url
        link.textContent = one.package
        link.tabIndex = -1
        const option = document.createElement('li')
        option.id = `found-${index}`
        option.setAttribute('role', 'option')
        option.append(link)
        return option
      }),
    )
    choose(-1)
    list.hidden = found.length === 0
    input.setAttribute('aria-expanded', String(found.length > 0))
  }
  const ask = async (): Promise<void> => {
    asked?.abort()
    const text = input.value.trim()
    if (text === '') return close()
    asked = new AbortController()
    try {
      const answer = await fetch(`/search.json?q=${encodeURIComponent(text)}`, { signal: asked.signal })
      if (answer.ok) show(((await answer.json()) as { packages: Found[] }).packages)
    } catch {
      // Typed on, or no connection: the form still works
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
      choose(active + (event.key === 'ArrowDown' ? 1 : -1))
    } else if (event.key === 'Escape') {
      if (list.hidden) input.blur()
      else close()
    } else if (event.key === 'Enter') {
      const link = list.children[active]?.querySelector('a')
      if (!link || list.hidden) return
      event.preventDefault()
      location.assign(link.href)
    }
  })
  form.addEventListener('focusout', event => {
    if (!form.contains(event.relatedTarget as Node | null)) close()
  })
}
