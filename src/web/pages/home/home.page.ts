import { home } from '../../../queries/queues/home.ts'
import { type BrokenLately, brokenLately } from '../../../queries/triggers/broken-lately.ts'
import { html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { readRegressionFilter } from '../../parameters/regression-filter.ts'
import type { Web } from '../../web.ts'
import { HomeView } from './home.view.ts'

export const homePage: Page<'home'> = {
  from: ['results', 'derived', 'running', 'queued', 'minute'],
  async render(_, web) {
    const [now, broken] = await Promise.all([home(web), brokenNow(web)])
    return html(HomeView({ layout: layoutOf(web), home: now, broken, tour: web.settings.tour }))
  },
}

/**
 * Regressions are read no more often than this, while results keep coming in; the page is rendered at least every
 * minute.
 */
const KEPT_MS = 5000

interface KeptBroken {
  readonly until: number
  readonly broken: Promise<BrokenLately>
}

const kept = new WeakMap<object, KeptBroken>()

/** As `/regressions?max_age=1` has it, so that the two agree. */
function brokenNow(web: Web): Promise<BrokenLately> {
  const known = kept.get(web.derived)
  if (known !== undefined && performance.now() < known.until) return known.broken
  const filter = readRegressionFilter(new URLSearchParams({ max_age: '1' }), new Date())
  const broken = brokenLately(web, filter)
  kept.set(web.derived, { until: performance.now() + KEPT_MS, broken })
  // A failure is not cached
  broken.catch(() => kept.delete(web.derived))
  return broken
}
