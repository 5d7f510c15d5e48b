import { BadInput } from '../../domain/errors.ts'
import { type Trigger, triggerText } from '../../domain/trigger/trigger.ts'
import { type BritneyResult, type ExcuseTestsReader, excuseTests, excuseTestsReader } from './excuse-tests.ts'

/** Why an upload does not migrate, according to britney. */
export interface Excuse extends Trigger {
  readonly isCandidate: boolean | undefined
  /** `PASS`, `REJECTED_TEMPORARILY`, `REJECTED_PERMANENTLY` …; undefined if there is none. */
  readonly verdict: string | undefined
  /** Britney's text, in lines, without the results of each autopkgtest. */
  readonly lines: readonly string[]
}

/**
 * The content of an `update_excuses.yaml`: for each source britney's text, which is parsed when it is shown.
 */
export interface Excuses {
  /** Undefined if there is none, or none that can be read. */
  of(trigger: Trigger): Excuse | undefined
  /** The excuses for a source's uploads. */
  ofSource(source: string): readonly Excuse[]
  /** The results of each test of an upload; empty if there are none. */
  tests(trigger: Trigger): readonly BritneyResult[]
  /** All uploads with results of tests. */
  tested(): readonly Trigger[]
  /** When it was made; undefined if not given. */
  readonly made: Date | undefined
  /** The number of sources. */
  readonly size: number
}

interface ExcusesLimits {
  readonly sources: number
  /** The number of characters that are stored for one source, and for all. */
  readonly one: number
  readonly all: number
}

interface Upload {
  readonly trigger: Trigger
  readonly text: string
  /** See {@link excuseTests}. */
  readonly tests: string
}

/** Ubuntu's file has a few thousand sources, most of them with a page of text. */
const LIMITS: ExcusesLimits = { sources: 50_000, one: 64 * 1024, all: 128 * 1024 * 1024 }
/** Longer lines are cut, and the text of their source then cannot be parsed. */
const LINE = 16 * 1024
/** The number of lines that are shown, and of characters in each. */
const MOST_LINES = 50
const LONGEST_LINE = 500

/**
 * The keys of a source that are stored. The results of each test are the bulk of a source, and are known
 * here.
 */
const KEPT = /^(?:is-candidate|migration-policy-verdict|excuses):/
const PLAIN = /^(?:source|new-version):\s*['"]?([^\s'"]+)['"]?\s*$/

/**
 * Reads britney's `update_excuses.yaml` while it streams in: the list under `sources`, as PyYAML writes it,
 * item by item. An oddity in one source does not affect others. Throws BadInput if it has no such list, or is
 * larger than any real one.
 */
export async function parseExcuses(
  chunks: AsyncIterable<Uint8Array>,
  limits: ExcusesLimits = LIMITS,
): Promise<Excuses> {
  const kept = new Map<string, Upload>()
  const versions = new Map<string, string[]>()
  let all = 0
  let isInList = false
  let made: Date | undefined
  let indent: string | undefined
  let item: ExcuseItem | undefined

  const endItem = () => {
    const done = item
    item = undefined
    if (done?.source === undefined || done.version === undefined || done.text.length > limits.one) return
    const trigger = { source: done.source, version: done.version }
    const tests = done.tests.end()
    all += triggerText(trigger).length + done.text.length + tests.length
    if (all > limits.all) throw new BadInput(`its excuses have more than ${limits.all} characters`)
    if (!kept.has(triggerText(trigger)))
      versions.set(trigger.source, [...(versions.get(trigger.source) ?? []), trigger.version])
    kept.set(triggerText(trigger), { trigger, text: done.text, tests })
    if (kept.size > limits.sources) throw new BadInput(`it has more than ${limits.sources} sources`)
  }
  const readLine = (line: string) => {
    if (!isInList) {
      isInList = /^sources:\s*$/.test(line)
      made ??= momentIn(line)
      return
    }
    const begin = /^( *)- /.exec(line)
    indent ??= begin?.[1]
    if (begin !== null && begin[1] === indent) {
      endItem()
      item = {
        ...{ text: '', isKept: false, source: undefined, version: undefined },
        tests: excuseTestsReader(),
      }
      addLine(item, line.slice(begin[0].length), 0, limits.one)
    } else if (/^[^\s#-]/.test(line)) {
      endItem()
      isInList = false
    } else if (item !== undefined) {
      addLine(item, line, (indent?.length ?? 0) + 2, limits.one)
    }
  }

  let hasList = false
  for await (const line of lines(chunks)) {
    readLine(line)
    hasList ||= isInList
  }
  endItem()
  if (!hasList) throw new BadInput('it has no list “sources”, and is no update_excuses.yaml')
  const of = (trigger: Trigger) => excuseIn(kept.get(triggerText(trigger))?.text, trigger)
  return {
    ...{ size: kept.size, made, of },
    ofSource: source =>
      (versions.get(source) ?? []).map(version => of({ source, version })).filter(one => one !== undefined),
    tests: trigger => excuseTests(kept.get(triggerText(trigger))?.tests ?? ''),
    tested: () => [...kept.values()].filter(({ tests }) => tests !== '').map(({ trigger }) => trigger),
  }
}

/** The time in `generated-date: 2026-11-29 10:00:00.000000`, which is UTC. */
function momentIn(line: string): Date | undefined {
  const found = /^generated-date:\s*'?(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(line)
  const moment = found === null ? Number.NaN : Date.parse(`${found[1]}T${found[2]}Z`)
  return Number.isNaN(moment) ? undefined : new Date(moment)
}

interface ExcuseItem {
  text: string
  /** Whether the following lines belong to a key that is stored. */
  isKept: boolean
  source: string | undefined
  version: string | undefined
  readonly tests: ExcuseTestsReader
}

/** @param indent of the keys of an item, except the first */
function addLine(item: ExcuseItem, line: string, indent: number, most: number): void {
  const text = line.slice(indent)
  const isKey = line.slice(0, indent).trim() === '' && /^[^\s-]/.test(text)
  item.tests.add(text)
  if (isKey) {
    item.isKept = KEPT.test(text)
    const value = PLAIN.exec(text)?.[1]
    if (text.startsWith('source:')) item.source = value
    if (text.startsWith('new-version:')) item.version = value
  }
  if (item.isKept && item.text.length <= most) item.text += `${text}\n`
}

/** The lines of a text, each shortened if it is too long. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = (parts.pop() ?? '').slice(0, LINE)
    for (const line of parts) yield line.slice(0, LINE)
  }
  if (rest !== '') yield rest
}

/** The excuse in a stored text; undefined if there is none. */
function excuseIn(text: string | undefined, trigger: Trigger): Excuse | undefined {
  if (text === undefined) return undefined
  const value = (key: string): string | undefined =>
    text
      .split('\n')
      .find(line => line.startsWith(`${key}:`))
      ?.slice(key.length + 1)
      .trim()
  const isCandidate = { true: true, false: false }[value('is-candidate') ?? '']
  return {
    ...trigger,
    isCandidate,
    verdict: value('migration-policy-verdict')?.slice(0, 100).toWellFormed() || undefined,
    lines: scalarsIn(text).map(plainLine).filter(isAbout).slice(0, MOST_LINES),
  }
}

/**
 * The texts of the list of excuses, as PyYAML writes them: plain or quoted, each on one line or on several.
 */
function scalarsIn(text: string): string[] {
  const found: string[][] = []
  let isInList = false
  let indent: string | undefined
  for (const line of text.split('\n')) {
    if (/^[^\s-]/.test(line)) isInList = line.startsWith('excuses:')
    else if (isInList) {
      const begin = /^( *)- +/.exec(line)
      indent ??= begin?.[1]
      if (begin !== null && begin[1] === indent) found.push([line.slice(begin[0].length)])
      else found.at(-1)?.push(line)
    }
  }
  return found.map(unquoted)
}

/**
 * A scalar of several lines, which YAML folds into one (https://yaml.org/spec/1.2.2/#73-flow-scalar-styles).
 */
function unquoted(parts: readonly string[]): string {
  const text = parts
    .map(part => part.trim())
    .join('\n')
    .trim()
  if (text.startsWith("'")) return inner(text, "'").replaceAll("''", "'")
  if (!text.startsWith('"')) return text
  return inner(text, '"').replaceAll(
    /\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|([\s\S]))/g,
    unescaped,
  )
}

const inner = (text: string, quote: string): string =>
  text.slice(1, text.length > 1 && text.endsWith(quote) ? -1 : undefined)

const BLANKS: Readonly<Partial<Record<string, string>>> = { n: ' ', t: ' ', r: ' ', '\n': '', _: ' ' }

function unescaped(_: string, x?: string, u?: string, long?: string, one = ''): string {
  const code = x ?? u ?? long
  if (code === undefined) return BLANKS[one] ?? one
  const number = Number.parseInt(code, 16)
  return number <= 0x10ffff ? String.fromCodePoint(number) : ''
}

/** The plain text of britney's lines, which are HTML. */
function plainLine(html: string): string {
  const text = html
    .slice(0, 8 * LONGEST_LINE)
    .replaceAll(/<[^<>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_LINE).toWellFormed()
}

const isAbout = (line: string): boolean => line !== '' && !/^(?:∙ ∙ )?autopkgtest for /.test(line)
