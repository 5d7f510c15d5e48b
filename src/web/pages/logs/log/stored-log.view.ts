import type { RunKey } from '../../../../domain/test/test.ts'
import { size } from '../../../ui/facts/numbers.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'
import { aroundLog, LogHere } from './log.view.ts'

export interface StoredLogProps {
  readonly layout: LayoutData
  /** `Log`, or what kind of log. */
  readonly kind: string
  readonly run: RunKey
  /** Where the run was found: its container's name. */
  readonly container?: string
  readonly rawLog: string
  readonly artifacts: string
  /** Bytes of log.gz. */
  readonly compressed: number
}

/** The page around the log of a run that only the store knows, before and after it. */
export function storedLogPage(props: StoredLogProps): { before: string; after: string } {
  return aroundLog(StoredLogView(props))
}

function StoredLogView({ layout, kind, run, container, rawLog, artifacts, compressed }: StoredLogProps) {
  const title = `${kind} of ${run.package} on ${run.release}/${run.arch}`
  return Layout({
    layout,
    title,
    children: markup`
      <h1>${title}</h1>
      <p class="log-facts">
        ${container !== undefined && markup`In ${container}, `}
        ${runTime(run.runId)} <a href="${rawLog}">raw log (${size(compressed)} compressed)</a>${' '}
        <a href="${artifacts}">artifacts</a>
      </p>
      ${LogHere()}
    `,
  })
}
