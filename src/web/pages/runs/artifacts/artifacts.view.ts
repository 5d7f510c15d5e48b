import type { RunKey } from '../../../../domain/test/test.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { counted, size } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { RunCrumbs } from '../../../ui/run-crumbs.view.ts'

interface File {
  readonly name: string
  readonly bytes: number
}

export interface ArtifactsViewProps {
  readonly layout: LayoutData
  readonly run: RunKey
  /** Undefined if the store has no archive of this run. */
  readonly list:
    | {
        readonly files: readonly File[]
        /** Why there may be more files than these. */
        readonly fault: string | undefined
        /** Of the archive as it is stored. */
        readonly bytes: number
      }
    | undefined
}

/** The files of a run; each leads to itself, the archive is one click away. */
export function ArtifactsView({ layout, run, list }: ArtifactsViewProps) {
  const title = `Artifacts of ${run.package} on ${run.release} ${run.arch}`
  return Layout({
    layout,
    title,
    children: markup`
      ${RunCrumbs({ run })}
      <h1>${title}</h1>
      ${
        list === undefined
          ? Empty({ children: 'This run left no files besides its log, or they are no longer kept.' })
          : markup`
            <p>
              <a href="${links.rawFile(run, 'artifacts.tar.gz')}">artifacts.tar.gz (${size(list.bytes)})</a>
            </p>
            ${list.fault !== undefined && markup`<p class="note">The list may be incomplete: ${list.fault}.</p>`}
            ${
              list.files.length === 0
                ? Empty({ children: 'The archive has no files.' })
                : filesTable(run, list.files)
            }
          `
      }
    `,
  })
}

function filesTable(run: RunKey, files: readonly File[]): Markup {
  return markup`
    <table class="readable">
      <caption>${counted(files.length, 'file')}; text files open here, others are downloaded</caption>\n
      <thead><tr><th scope="col">File</th><th scope="col" class="n">Size</th></tr></thead>\n
      <tbody>${files.map(
        file =>
          markup`
            <tr data-row>
              <td data-head="File">
                <a href="${links.artifact({ ...run, file: file.name })}">${file.name}</a>
              </td>
              <td data-head="Size" class="n">${size(file.bytes)}</td>
            </tr>
          `,
      )}</tbody>
    </table>
  `
}
