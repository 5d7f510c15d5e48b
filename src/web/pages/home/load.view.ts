import type { Home } from '../../../queries/queues/home.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.ts'
import { count } from '../../ui/facts/numbers.ts'
import { momentElement } from '../../ui/facts/time.ts'
import { loadTable } from '../../ui/lists/load-table.ts'
import { markup } from '../../ui/markup/markup.ts'

/** How much runs and waits, by context and arch. */
export function CurrentLoad({ home }: { readonly home: Home }) {
  return markup`
    <section>
      <h2>
        <a href="${links.running()}">
          ${count(home.running.total)} running, ${count(home.queued.total)} queued
        </a>
      </h2>
      ${
        home.running.state === 'missing' &&
        Empty({
          children:
            'No worker has reported a running test yet; amqp-status-collector collects their reports.',
        })
      }
      ${
        home.queued.state === 'missing' &&
        Empty({
          children: 'The queues have not been read yet; cache-amqp reads them about every 20 seconds.',
        })
      }
      ${
        (home.running.state === 'broken' || home.queued.state === 'broken') &&
        Empty({
          children: 'A live file could not be read; what is shown is the last state that could be read.',
        })
      }
      ${home.load.arches.length > 0 && markup`<div class="wide">${loadTable(home.load)}</div>`}
      ${
        home.queued.at !== undefined &&
        markup`<p class="quiet">Queues as of ${momentElement(home.queued.at.getTime())}</p>`
      }
    </section>
  `
}
