import { links } from '../../../links.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

interface WithLayout {
  readonly layout: LayoutData
}

/** On one's own machine: who do you want to be? */
export function ChooseNameView({
  layout,
  next,
  users,
}: WithLayout & { next: string; users: readonly string[] }) {
  return Layout({
    layout,
    title: 'Log in',
    children: markup`
      <h1>Log in</h1>
      <p>This service runs on your own machine: choose any name.</p>
      <form action="${links.login()}" method="post" class="login">
        <input type="hidden" name="next" value="${next}"/>
        ${users.map(user => markup`<button type="submit" name="user" value="${user}">${user}</button>`)}
      </form>
    `,
  })
}

/** What went wrong, and the way to try again. */
export function LoginFailedView({ layout, next, reason }: WithLayout & { next: string; reason: string }) {
  return Layout({
    layout,
    title: 'Login failed',
    children: markup`<h1>You are not logged in</h1><p>${reason}</p>${LoginForm({ layout, next })}`,
  })
}

/** Sends the provider's answer once more, from this site: script does it at once. */
export function AskAgainView({
  layout,
  action,
  fields,
}: WithLayout & { action: string; fields: readonly (readonly [string, string])[] }) {
  return Layout({
    layout,
    title: 'Logging in',
    children: markup`
      <h1>One more step</h1>
      <p>The login provider has confirmed who you are. Continue to complete the login here.</p>
      <form action="${action}" method="post" data-submit-at-once="true">
        ${fields.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}"/>`)}
        <button type="submit">Continue</button>
      </form>
    `,
  })
}

/** Another site may have sent the reader here. */
export function LogOutView({ layout, next }: WithLayout & { readonly next: string }) {
  return Layout({
    layout,
    title: 'Log out',
    children: markup`
      <h1>Log out?</h1>
      <p>A page on another site sent you here. You stay logged in unless you confirm.</p>
      <form action="${links.logout()}" method="post">
        <input type="hidden" name="next" value="${next}"/>
        <button type="submit">Log out</button>
      </form>
    `,
  })
}
