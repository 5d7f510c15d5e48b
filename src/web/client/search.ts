import { onKey } from './keyboard.ts'
import { suggestPackages } from './lists/suggest-packages.ts'

/** Search as you type, over the form that works without it. */
export function offerSearch(): void {
  const input = document.querySelector<HTMLInputElement>('header.site input[name=q]')
  const form = input?.form
  if (!input || !form) return
  onKey('/', 'Search for a package', () => {
    input.focus()
    input.select()
  })
  suggestPackages(input, form, found => location.assign(found.url))
}
