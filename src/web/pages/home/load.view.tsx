import type { Home } from '../../../queries/queues/home.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.tsx'
import { loadTable } from '../../ui/load-table.ts'
import { count } from '../../ui/numbers.ts'
import { momentElement } from '../../ui/time.ts'

/** How much runs and waits, by context and arch. */
export function Load({ home }: { readonly home: Home }) {
  return (
    <section>
      <h2>
        <a href={links.running()}>
          {count(home.running.total)} running, {count(home.queued.total)} queued
        </a>
      </h2>
      {home.running.state === 'missing' && (
        <Empty>No worker has said what it runs yet: amqp-status-collector writes it down.</Empty>
      )}
      {home.queued.state === 'missing' && (
        <Empty>The queues have not been read yet: cache-amqp does so every 20 seconds or so.</Empty>
      )}
      {(home.running.state === 'broken' || home.queued.state === 'broken') && (
        <Empty>A live file could not be read; what stands here is the last that could.</Empty>
      )}
      {home.load.arches.length > 0 && <div class="wide">{loadTable(home.load)}</div>}
      {home.queued.at !== undefined && (
        <p class="quiet">Queues as of {momentElement(home.queued.at.getTime())}</p>
      )}
    </section>
  )
}
