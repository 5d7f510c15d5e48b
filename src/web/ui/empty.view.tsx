import type { Child } from 'hono/jsx'

/** Where there is nothing: what would be here, and what to do. */
export function Empty({ children }: { readonly children?: Child }) {
  return <p class="empty">{children}</p>
}
