import { offerHelp } from './help.ts'
import { listenToKeys } from './keys.ts'
import { keepLive } from './live-parts.ts'
import { readLog } from './log.ts'
import { walkRows } from './rows.ts'
import { offerSearch } from './search.ts'
import { offerThemes } from './theme-toggle.ts'
import { keepTimes } from './times.ts'

/** The one script of the site, deferred. Everything works without it. */
offerThemes()
offerSearch()
walkRows()
readLog()
offerHelp()
listenToKeys()
keepTimes()
keepLive()
