/** One `key = value` of an INI file, with the line of the key (from 1). */
interface IniEntry {
  readonly section: string
  readonly key: string
  readonly value: string
  readonly line: number
}

interface IniProblem {
  readonly line: number
  readonly message: string
}

export interface IniFile {
  readonly entries: readonly IniEntry[]
  readonly problems: readonly IniProblem[]
}

const SECTION = /^\[(.+)\]/
const DELIMITER = /[=:]/

/** The state of the parser: the entry that deeper indented lines continue, with its parts so far. */
interface Open {
  readonly section: string
  readonly key: string
  readonly line: number
  readonly indent: number
  readonly parts: string[]
}

/**
 * Reads the dialect of Python's configparser without interpolation, which operators have used in this file for years:
 * `key = value` or `key: value`, keys in any case, comments on separate lines after `#` or `;`, values that continue
 * in deeper indented lines, a `%` that is only a `%`. Messages never quote a line: it may contain a secret.
 */
export function parseIni(text: string): IniFile {
  const entries: IniEntry[] = []
  const problems: IniProblem[] = []
  const seen = new Map<string, number>()
  let section: string | undefined
  let open: Open | undefined
  const close = () => {
    if (open === undefined) return
    const { section, key, line, parts } = open
    entries.push({ section, key, line, value: parts.join('\n').trimEnd() })
    open = undefined
  }
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1
    const content = raw.trim()
    if (/^[#;]/.test(content)) continue
    if (content === '') {
      open?.parts.push('')
      continue
    }
    const indent = raw.length - raw.trimStart().length
    if (open !== undefined && indent > open.indent) {
      open.parts.push(content)
      continue
    }
    close()
    const header = SECTION.exec(content)
    if (header !== null) {
      section = header[1] as string
      continue
    }
    const delimiter = content.search(DELIMITER)
    const key = content.slice(0, Math.max(0, delimiter)).trimEnd().toLowerCase()
    if (section === undefined) problems.push({ line, message: 'comes before the first [section]' })
    else if (key === '')
      problems.push({
        line,
        message: 'is neither a [section], nor key = value, nor an indented continuation line',
      })
    else {
      const before = seen.get(`${section}\n${key}`)
      if (before === undefined) seen.set(`${section}\n${key}`, line)
      else problems.push({ line, message: `[${section}] ${key}: was already set on line ${before}` })
      open = { section, key, line, indent, parts: [content.slice(delimiter + 1).trimStart()] }
    }
  }
  close()
  return { entries, problems }
}
