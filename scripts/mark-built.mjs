/** The end of `npm run build`. */
import { markBuilt } from './built.mjs'

markBuilt()
