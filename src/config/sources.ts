import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../domain/errors.ts'
import { parseIni } from './ini.ts'

/** The text of one key and where it stands: `FILE:LINE`, a variable's name, or an option's. */
export interface Given {
  readonly section: string
  readonly key: string
  readonly text: string
  readonly origin: string
}

export interface Sources {
  /** The file that was read, if there is one. */
  readonly file: string | undefined
  /** The last one of a key counts. */
  readonly given: readonly Given[]
  readonly problems: readonly string[]
  /** False for a file that could not be read: what it says is not known then, rather than nothing. */
  readonly isRead: boolean
  /** Bits of the file's mode, for the check of who can read it. */
  readonly mode: number
}

const SYSTEM_FILE = '/etc/autopkgtest-website/autopkgtest-cloud.conf'
const FILE_VARIABLE = 'AUTOPKGTEST_WEB_CONFIG'

type Env = Readonly<Record<string, string | undefined>>

/** The file that is named, or the first that exists of those that are looked for. */
function findFile(named: string | undefined, env: Env): { file: string; wanted: boolean }[] {
  const told = named ?? (env[FILE_VARIABLE] || undefined)
  if (told !== undefined) return [{ file: told, wanted: true }]
  const own = env.HOME ? [{ file: join(env.HOME, 'autopkgtest-cloud.conf'), wanted: false }] : []
  return [...own, { file: SYSTEM_FILE, wanted: false }]
}

/** Reads the configuration file, if there is one; a file that cannot be read is a problem, not a missing one. */
export function readFileSource(named: string | undefined, env: Env): Sources {
  for (const { file, wanted } of findFile(named, env)) {
    try {
      const { entries, problems } = parseIni(readFileSync(file, 'utf8'))
      return {
        file,
        given: entries
          .filter(entry => entry.value !== '')
          .map(({ section, key, value, line }) => ({ section, key, text: value, origin: `${file}:${line}` })),
        problems: problems.map(({ line, message }) => `${file}:${line}: ${message}`),
        isRead: true,
        mode: statSync(file).mode,
      }
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (wanted || !missing) {
        const why = missing ? 'there is no such file' : `cannot be read: ${messageOf(error)}`
        return { file, given: [], problems: [`${file}: ${why}`], isRead: false, mode: 0 }
      }
    }
  }
  return { file: undefined, given: [], problems: [], isRead: true, mode: 0 }
}

/** What `AUTOPKGTEST_<SECTION>_<KEY>` says, for the known sections; empty ones count as not set. */
export function readEnvSource(sections: readonly string[], env: Env): Given[] {
  return Object.entries(env).flatMap(([name, text]) => {
    const section = sections.find(one => name.startsWith(`AUTOPKGTEST_${one.toUpperCase()}_`))
    if (section === undefined || name === FILE_VARIABLE || !text) return []
    const key = name.slice(`AUTOPKGTEST_${section}_`.length).toLowerCase()
    return [{ section, key, text, origin: name }]
  })
}
