import { type Action, leadTo, readerHtml } from '../../../handlers/action.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'
import { Layout } from '../../../ui/layout.view.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

/**
 * `/regressions/mine`: leads to those whose deciding run the reader requested, after a login. So the list itself is the
 * same for everybody.
 */
export const regressionsMinePage: Action<'regressionsMine'> = {
  methods: ['GET'],
  open(web) {
    const signIn = signInOf(web)
    return async c => {
      const who = await signIn.reader(c)
      if (who !== undefined) return leadTo(links.regressions({ requester: who.nickname }))
      const layout = layoutOf(web)
      return readerHtml(
        Layout({
          layout,
          title: 'Regressions: only mine',
          here: 'regressions',
          children: markup`
            <h1>Only mine</h1>
            <p>Log in to see the failures of tests that you requested.</p>
            ${LoginForm({ layout, next: links.regressionsMine() })}
          `,
        }),
      )
    }
  },
}
