import { links } from '../../../links.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

const TITLE = 'Private results'

interface WithLayout {
  readonly layout: LayoutData
}

/** The user has to be logged in. */
export function LoginNeededView({ layout, next }: WithLayout & { readonly next: string }) {
  return Layout({
    layout,
    title: TITLE,
    children: markup`
      <h1>${TITLE}</h1>
      <p>Only the people named by the requester may see these results.</p>
      ${LoginForm({ layout, next, action: links.privateLogin() })}
    `,
  })
}

/** The words in which clients know an answer. */
export function WordsView({ layout, words }: WithLayout & { readonly words: string }) {
  return Layout({ layout, title: TITLE, children: markup`<h1>${TITLE}</h1><p>${words}</p>` })
}
