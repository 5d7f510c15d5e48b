import { Layout, type LayoutData } from '../../ui/layout.view.ts'
import { LoginForm } from '../../ui/login-form.view.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'

interface WithLayout {
  readonly layout: LayoutData
}

/** The author of a note must be logged in. @param text what was already written */
export function NoteLoginView({
  layout,
  next,
  text,
}: WithLayout & { readonly next: string; readonly text: string }) {
  return Layout({
    layout,
    title: 'Log in to leave a note',
    children: markup`
      <h1>Leave a note</h1>
      <p>People who may request a test of the package can leave notes.</p>
      ${LoginForm({ layout, next })}
      ${written(text)}
    `,
  })
}

/** Why it was not kept; what was written is there to be copied. */
export function NoteRefusedView({
  layout,
  lines,
  text,
}: WithLayout & { readonly lines: readonly string[]; readonly text: string }) {
  return Layout({
    layout,
    title: 'The note was not saved',
    children: markup`
      <h1>The note was not saved</h1>
      ${lines.map(line => markup`<p class="problem">${line}</p>`)}
      ${written(text)}
    `,
  })
}

function written(text: string): Markup | undefined {
  if (text === '') return undefined
  return markup`<h2>What you wrote</h2><pre class="note-text" tabindex="0">\n${text}</pre>`
}

/** Another site may have sent this form: does its reader want it? */
export function ConfirmNoteView({
  layout,
  action,
  token,
  fields,
}: WithLayout & { readonly action: string; readonly token: string; readonly fields: URLSearchParams }) {
  const asked = [...fields].filter(([name]) => name !== 'confirm')
  return Layout({
    layout,
    title: 'Leave this note?',
    children: markup`
      <h1>Leave this note?</h1>
      <p>You came here from another site.</p>
      <dl class="facts">${asked.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      <form action="${action}" method="post">
        ${asked.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}"/>`)}
        <input type="hidden" name="confirm" value="${token}"/>
        <button type="submit" class="main">Yes, do it</button>
      </form>
    `,
  })
}
