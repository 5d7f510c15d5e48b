import type { PpaContainer } from '../../../../domain/run/container.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

export interface PpasViewProps {
  readonly layout: LayoutData
  readonly nick: string
  readonly ppas: readonly PpaContainer[]
  /** False while the containers have not been listed yet. */
  readonly known: boolean
}

export function PpasView({ layout, nick, ppas, known }: PpasViewProps) {
  const names = [...new Set(ppas.map(one => one.ppa))].sort()
  return Layout({
    layout,
    title: `PPAs of ${nick}`,
    children: markup`
      <p class="crumbs"><a href="${links.user({ nick })}">${nick}</a></p>
      <h1>PPAs of ${nick} with results</h1>
      ${
        !known &&
        Empty({
          children: 'The containers of the object store have not been listed yet. Try again in a minute.',
        })
      }
      ${
        known &&
        ppas.length === 0 &&
        Empty({
          children: markup`
            No test was run for a PPA of ${nick}. A new PPA appears here a minute after its first result.
          `,
        })
      }
      <ul>${names.map(
        ppa => markup`
          <li data-row>
            <a href="${links.userPpa({ nick, ppa })}">${ppa}</a>${' '}
            <span class="quiet">${ppas
              .filter(one => one.ppa === ppa)
              .map(one => one.release)
              .join(', ')}</span>
          </li>
        `,
      )}</ul>
    `,
  })
}
