import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../domain/errors.ts'
import { parseIni } from './ini.ts'

/** The text of one key and its source: `FILE:LINE`, a variable's name, or an option's. */
export interface Given {
  readonly section: string
  readonly key: string
  readonly text: string
  readonly origin: string
}

export interface Sources {
  /** The file that was read, if there was one. */
  readonly file: string | undefined
  /** If a key occurs several times, the last one counts. */
  readonly given: readonly Given[]
  readonly problems: readonly string[]
  /** False for a file that could not be read: its contents are unknown then, not empty. */
  readonly isRead: boolean
  /** Bits of the file's mode, for the check of who can read it. */
  readonly mode: number
}

const SYSTEM_FILE = '/etc/autopkgtest-website/autopkgtest-cloud.conf'
const FILE_VARIABLE = 'AUTOPKGTEST_WEB_CONFIG'

type Env = Readonly<Record<string, string | undefined>>

/** The named file, or the first existing one of the usual places. */
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

/** The variables `AUTOPKGTEST_<SECTION>_<KEY>` of the known sections; empty ones count as not set. */
export function readEnvSource(sections: readonly string[], env: Env): Given[] {
  return Object.entries(env).flatMap(([name, text]) => {
    const section = sections.find(one => name.startsWith(`AUTOPKGTEST_${one.toUpperCase()}_`))
    if (section === undefined || name === FILE_VARIABLE || !text) return []
    const key = name.slice(`AUTOPKGTEST_${section}_`.length).toLowerCase()
    return [{ section, key, text, origin: name }]
  })
}

/** Longer credentials are not for this program. */
const LONGEST_CREDENTIAL = 65_536

/**
 * Reads the credentials that systemd gave this process (systemd.exec(5), `LoadCredential`): each stands for the
 * variable of its name, `autopkgtest_swift_os_password` for `AUTOPKGTEST_SWIFT_OS_PASSWORD`. Where the key expects
 * the path of a file with secrets (`isPath`), the credential is that file.
 */
export function readCredentials(
  sections: readonly string[],
  isPath: (section: string, key: string) => boolean,
  env: Env,
): { readonly given: readonly Given[]; readonly problems: readonly string[] } {
  const folder = env.CREDENTIALS_DIRECTORY
  if (!folder) return { given: [], problems: [] }
  try {
    const names = readdirSync(folder).filter(name => name.startsWith('autopkgtest_'))
    const files = Object.fromEntries(names.map(name => [name.toUpperCase(), join(folder, name)]))
    const given = readEnvSource(sections, files).map(({ section, key, text: file, origin }) => {
      const text = isPath(section, key) ? file : readCredential(file)
      return { section, key, text, origin: `the credential ${origin.toLowerCase()}` }
    })
    return { given, problems: [] }
  } catch (error) {
    return { given: [], problems: [`${folder}: ${messageOf(error)}`] }
  }
}

function readCredential(file: string): string {
  if (statSync(file).size > LONGEST_CREDENTIAL) throw new Error(`${file} is too long for a value`)
  return readFileSync(file, 'utf8').trim()
}
