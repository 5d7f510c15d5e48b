import { type Child, markup } from '../ui/markup/markup.ts'

/** Where there is nothing: what would be here, and what to do. */
export function Empty({ children }: { readonly children?: Child }) {
  return markup`<p class="empty">${children}</p>`
}
