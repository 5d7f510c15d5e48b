import { isInForce } from '../../domain/alert.ts'
import { Unavailable } from '../../domain/errors.ts'
import { packageIndexVersion } from '../../queries/tests/package-search.ts'
import type { LayoutData } from '../ui/layout.view.ts'
import type { Web } from '../web.ts'
import type { Source } from './page.ts'

/** What stands around the content of every page. */
export function layoutOf(web: Pick<Web, 'settings' | 'assets' | 'snapshots' | 'login'>): LayoutData {
  const now = new Date()
  return {
    alerts: web.snapshots.alerts.current().value.filter(alert => isInForce(alert, now)),
    banner: web.settings.banner,
    sampleData: web.settings.sampleData,
    isMadeUp: web.settings.tour !== undefined,
    loginElsewhere: web.login.kind === 'redirect',
    style: web.assets.url('style.css'),
    script: web.assets.url('site.js'),
    theme: web.assets.url('theme.js'),
  }
}

/** A text that changes when anything did that the pages of these sources are made from. */
export function versionsOf(web: Pick<Web, 'results' | 'derived' | 'state' | 'snapshots'>) {
  const { snapshots } = web
  const versions: Readonly<Record<Source, () => string>> = {
    results: () => web.results.version(),
    'package-names': () => packageIndexVersion(web.results),
    derived: () => web.derived.version(),
    notes: () => notesVersion(web),
    running: () => snapshots.running.current().version,
    queued: () => snapshots.queued.current().version,
    statistics: () => snapshots.statistics.current().version,
    'machine-time': () => snapshots.machineTime.current().version,
    minute: () => String(Math.floor(Date.now() / 60_000)),
    'excuse-differences': () => snapshots.excuseDifferences.current().version,
    'ppa-containers': () => snapshots.ppaContainers.current().version,
  }
  return (sources: readonly Source[]): string => {
    let text = alertsVersion(snapshots)
    for (const source of sources) text += ` ${versions[source]()}`
    return text
  }
}

/** What is not about notes alone is there without them. */
function notesVersion({ state }: Pick<Web, 'state'>): string {
  try {
    return state.notes.version()
  } catch (error) {
    if (error instanceof Unavailable) return 'away'
    throw error
  }
}

/** Alerts come and go with time too, without a change of their file. */
function alertsVersion(snapshots: Web['snapshots']): string {
  const { version, value } = snapshots.alerts.current()
  if (value.length === 0) return version
  const now = new Date()
  return `${version}:${value.map(alert => (isInForce(alert, now) ? '1' : '0')).join('')}`
}
