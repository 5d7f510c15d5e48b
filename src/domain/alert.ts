export type AlertLevel = 'info' | 'warning' | 'error'

/** A notice from the operators, shown on every page while it is in force. */
export interface Alert {
  readonly level: AlertLevel
  readonly message: string
  /** ISO dates, inclusive and exclusive, as they were written; if undefined or invalid, there is no bound. */
  readonly since?: string
  readonly until?: string
}

const LINE = /^(info|warning|error|danger|success):(.*)$/
/** The text in brackets before the message; its words are examined one by one. */
const BRACKET = /^\s*\[([^\]]*)\]/
const BOUND = /^(since|until)=(\S+)$/
const DATE = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d)?Z)?$/

/**
 * Reads `alert.txt`: one alert per line, `level:message`, where the message may contain colons. Optional
 * bounds precede the message: `warning:[since=2026-12-01 until=2026-12-03] text: with colons`. Lines of
 * another form are treated as a warning, and invalid dates as no bound, so that an operator's text is never
 * hidden.
 */
export function parseAlerts(text: string): Alert[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(parseAlert)
}

const LEVELS: Readonly<Record<string, AlertLevel>> = { danger: 'error', success: 'info' }

function parseAlert(line: string): Alert {
  const found = LINE.exec(line)
  if (found === null) return { level: 'warning', message: line }
  const [, word, rest] = found as unknown as [string, string, string]
  const level = LEVELS[word] ?? (word as AlertLevel)
  const bracket = BRACKET.exec(rest)
  const bounds = readBounds(bracket?.[1] ?? '')
  if (bracket === null || bounds === undefined) return { level, message: rest.trim() }
  return { level, message: rest.slice(bracket[0].length).trim(), ...bounds }
}

/** Undefined if the brackets contain anything else, and so belong to the message. */
function readBounds(text: string): Pick<Alert, 'since' | 'until'> | undefined {
  const words = text.split(/\s/).filter(Boolean)
  const bounds = words.flatMap(word => {
    const found = BOUND.exec(word)
    return found === null ? [] : [[found[1], found[2]]]
  })
  return words.length === 0 || bounds.length < words.length ? undefined : Object.fromEntries(bounds)
}

/** A day, or a day and time in UTC, as milliseconds; undefined if invalid, such as the 30th of February. */
export function parseAlertDate(text: string): number | undefined {
  const day = DATE.exec(text)?.[1]
  if (day === undefined) return undefined
  const [midnight, time] = [new Date(`${day}T00:00:00Z`), Date.parse(text)]
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
  return isDay && !Number.isNaN(time) ? time : undefined
}

/** The bounds of an alert that are not valid dates, as they were written. */
export function wrongDates({ since, until }: Alert): string[] {
  return [since, until].filter(text => text !== undefined).filter(text => parseAlertDate(text) === undefined)
}

/** The inverse of {@link parseAlerts} for one alert; line breaks in the message become blanks. */
export function formatAlert(alert: Alert): string {
  const dates = [alert.since && `since=${alert.since}`, alert.until && `until=${alert.until}`].filter(Boolean)
  const bounds = dates.length > 0 ? `[${dates.join(' ')}] ` : ''
  return `${alert.level}:${bounds}${inOneLine(alert.message)}`
}

const inOneLine = (text: string): string =>
  text
    .split(/[\r\n]/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(' ')

/** Whether an alert is to be shown at a time. */
export function isInForce(alert: Alert, now: Date): boolean {
  const time = now.getTime()
  const bound = (text: string | undefined) => (text === undefined ? undefined : parseAlertDate(text))
  const [since, until] = [bound(alert.since), bound(alert.until)]
  return (since === undefined || since <= time) && (until === undefined || time < until)
}
