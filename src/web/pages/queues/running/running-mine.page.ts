import { type Action, leadTo, readerHtml } from '../../../handlers/action.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'
import { Layout } from '../../../ui/layout.view.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

/**
 * `/running/mine`: leads to the running and waiting tests that the reader requested, after a login.
 */
export const runningMinePage: Action<'runningMine'> = {
  methods: ['GET'],
  open(web) {
    const signIn = signInOf(web)
    return async c => {
      const who = await signIn.reader(c)
      if (who !== undefined) return leadTo(links.running({ requester: who.nickname }))
      const layout = layoutOf(web)
      return readerHtml(
        Layout({
          layout,
          title: 'Running: only mine',
          here: 'running',
          children: markup`
            <h1>Only mine</h1>
            <p>Log in to see which of the running and waiting tests you requested.</p>
            ${LoginForm({ layout, next: links.runningMine() })}
          `,
        }),
      )
    }
  },
}
