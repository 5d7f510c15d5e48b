import { type Frame, Layout } from '../../ui/layout.view.tsx'
import { LoginForm } from '../../ui/login-form.view.tsx'

const TITLE = 'Private results'

interface Framed {
  readonly frame: Frame
}

/** Who asks must be known. */
export function LoginNeededView({ frame, next }: Framed & { readonly next: string }) {
  return (
    <Layout frame={frame} title={TITLE}>
      <h1>{TITLE}</h1>
      <p>These results are for those alone whom their requester named.</p>
      <LoginForm frame={frame} next={next} action="/private-results/login" />
    </Layout>
  )
}

/** The words in which clients know an answer. */
export function WordsView({ frame, words }: Framed & { readonly words: string }) {
  return (
    <Layout frame={frame} title={TITLE}>
      <h1>{TITLE}</h1>
      <p>{words}</p>
    </Layout>
  )
}
