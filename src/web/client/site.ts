import { showAccount, submitAtOnce } from './account.ts'
import { offerCopies } from './copy.ts'
import { offerHelp } from './help.ts'
import { includeParts } from './include.ts'
import { listenToKeys } from './keys.ts'
import { followLog } from './live-log.ts'
import { keepLive } from './live-parts.ts'
import { readLog } from './log.ts'
import { fetchOnDemand, openTarget } from './on-demand.ts'
import { helpRequesting } from './request-form.ts'
import { walkRows } from './rows.ts'
import { offerSearch } from './search.ts'
import { followSelection } from './selection.ts'
import { offerThemes } from './theme-toggle.ts'
import { keepTimes } from './times.ts'

/** The one script of the site, deferred. Everything works without it. */
submitAtOnce()
showAccount()
offerThemes()
offerSearch()
walkRows()
readLog()
helpRequesting()
followSelection()
offerHelp()
offerCopies()
listenToKeys()
keepTimes()
keepLive()
followLog()
includeParts()
fetchOnDemand()
openTarget()
