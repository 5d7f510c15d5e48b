import { links } from '../links.ts'
import { markup } from '../ui/markup/markup.ts'
import type { LayoutData } from './layout.view.ts'

/**
 * Leads to the login provider, and back to a page of this site. The fields are known to clients, and the words where
 * people log in elsewhere.
 */
export function LoginForm({
  layout,
  next,
  action = links.login(),
}: {
  readonly layout: Pick<LayoutData, 'loginElsewhere'>
  readonly next: string
  readonly action?: string
}) {
  return markup`
    <form action="${action}" method="post" class="login">
      <input type="hidden" name="next" value="${next}"/>
      <button type="submit">${layout.loginElsewhere ? 'Log in with Ubuntu SSO' : 'Log in'}</button>
    </form>
  `
}
