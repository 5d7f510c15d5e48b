import type { RunKey } from '../../../domain/test.ts'
import { type Frame, Layout } from '../../ui/layout.view.tsx'
import { LoginForm } from '../../ui/login-form.view.tsx'
import { size } from '../../ui/numbers.ts'
import { runTime } from '../../ui/time.ts'
import { aroundLog, LogHere } from '../log/log.view.tsx'

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
      <LoginForm next={next} action="/private-results/login" />
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

interface PrivateLogProps extends Framed {
  readonly run: RunKey
  readonly rawLog: string
  readonly artifacts: string
  /** Bytes of log.gz. */
  readonly compressed: number
}

/** The page around a private log, before and after it. */
export function privateLogPage(props: PrivateLogProps): { before: string; after: string } {
  return aroundLog(<PrivateLogView {...props} />)
}

function PrivateLogView({ frame, run, rawLog, artifacts, compressed }: PrivateLogProps) {
  const test = `${run.package} on ${run.release}/${run.arch}`
  return (
    <Layout frame={frame} title={`Private log of ${test}`}>
      <h1>Private log of {test}</h1>
      <p class="log-facts">
        {runTime(run.runId)} <a href={rawLog}>raw log ({size(compressed)} compressed)</a>{' '}
        <a href={artifacts}>artifacts</a>
      </p>
      <LogHere />
    </Layout>
  )
}
