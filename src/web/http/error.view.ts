import { links } from '../links.ts'
import { Layout, type LayoutData } from '../ui/layout.view.ts'
import { markup } from '../ui/markup/markup.ts'

export interface ErrorViewProps {
  readonly layout: LayoutData
  readonly text: { readonly status: number; readonly title: string; readonly explanation: string }
}

/** What happened, whose doing it is, and where to go from here. */
export function ErrorView({ layout, text }: ErrorViewProps) {
  return Layout({
    layout,
    title: text.title,
    children: markup`
      <h1>${text.title}</h1>
      <p>${text.explanation}</p>
      <p class="ways-on">
        <a href="${links.home()}">Home</a> <a href="${links.running()}">Running tests</a>${' '}
        <a href="${links.recent()}">Recent results</a>
      </p>
      <p class="quiet">
        Looking for a package? Type its name in the search field above. HTTP status ${text.status}.
      </p>
    `,
  })
}
