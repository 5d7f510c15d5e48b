import { showAccount, submitAtOnce } from './account.ts'
import { readCharts } from './chart.ts'
import { offerCopies } from './copy.ts'
import { offerHelp } from './help.ts'
import { listenToKeys } from './keyboard.ts'
import { walkRows } from './lists/row-keys.ts'
import { followSelection } from './lists/selection.ts'
import { offerNew } from './lists/visits.ts'
import { followLog } from './live/follow-log.ts'
import { includeParts } from './live/include.ts'
import { keepLive } from './live/live-parts.ts'
import { fetchOnDemand, openTarget } from './live/on-demand.ts'
import { readLog } from './log/log-page.ts'
import { helpRequesting } from './request-form.ts'
import { offerSearch } from './search.ts'
import { offerThemes } from './theme-toggle.ts'
import { keepTimes } from './times.ts'

/** The one script of the site, deferred. Everything works without it. */
submitAtOnce()
showAccount()
offerThemes()
offerSearch()
walkRows()
readCharts()
readLog()
helpRequesting()
followSelection()
offerNew()
offerHelp()
offerCopies()
listenToKeys()
keepTimes()
keepLive()
followLog()
includeParts()
fetchOnDemand()
openTarget()
