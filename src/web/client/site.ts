import { offerHelp } from './help.ts'
import { listenToKeys } from './keys.ts'
import { walkRows } from './rows.ts'
import { offerSearch } from './search.ts'
import { offerThemes } from './theme-toggle.ts'
import { keepTimes } from './times.ts'

/** The one script of the site, deferred. Everything works without it. */
offerThemes()
offerSearch()
walkRows()
offerHelp()
listenToKeys()
keepTimes()
