import { ppaContainersOf } from '../../../../domain/run/container.ts'
import { notedFailures } from '../../../../queries/notes/noted-failures.ts'
import { queuedRequests } from '../../../../queries/queues/queued.ts'
import { runningTests } from '../../../../queries/queues/running.ts'
import { LongPage } from '../../../handlers/long-page.ts'
import type { Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { makeList, recentInTurns } from '../../../handlers/recent-in-turns.ts'
import { readPaging } from '../../../parameters/paging.ts'
import { UserView } from './user.view.ts'

const SHOW = ['show-running', 'show-queued', 'show-results'] as const

/** `/user/<nick>/`: the tests that a user requested: waiting, running, completed. */
export const userPage: Page<'user'> = {
  from: ['running', 'queued', 'results', 'derived', 'notes', 'ppa-containers'],
  render({ params: { nick }, query }, web) {
    const paging = readPaging(query)
    return makeList(paging, async () => {
      const onlyResults = isTrue(query.get('only-results'), false)
      const [showRunning, showQueued, showResults] = SHOW.map(name => isTrue(query.get(name), true))
      const live = !onlyResults && nick !== ''
      const running =
        live && showRunning ? runningTests(web).tests.filter(test => test.params.requester === nick) : []
      const queued = live && showQueued ? queuedRequests(web).askedBy(nick) : []
      const found =
        onlyResults || showResults ? await recentInTurns(web, { requester: nick }, paging) : undefined
      const failures = found && (await notedFailures(web, found.runs))
      const ppas = ppaContainersOf(nick, web.snapshots.ppaContainers.current().value, web.settings.releases)
      const kept = Object.fromEntries([...query].filter(([name]) => name !== 'offset'))
      const page = new LongPage()
      return page.answer(
        UserView({
          layout: layoutOf(web),
          nick,
          running,
          queued,
          found,
          failures,
          paging,
          kept,
          hasPpas: ppas.length > 0,
          place: page.place,
        }),
      )
    })
  },
}

/** Only the word `false` is false, in any case; `0`, `no` and '' are not. */
function isTrue(given: string | null, otherwise: boolean): boolean {
  return given === null ? otherwise : given.toLowerCase() !== 'false'
}
