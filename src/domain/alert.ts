export type AlertLevel = 'info' | 'warning' | 'error'

/** A notice of the operators, shown on every page while it is in force. */
export interface Alert {
  readonly level: AlertLevel
  readonly message: string
  /** ISO dates, inclusive and exclusive; undefined is open. */
  readonly since?: string
  readonly until?: string
}

const LINE = /^(info|warning|error|danger|success):(.*)$/
const BOUNDS = /^\s*\[((?:(?:since|until)=\d{4}-\d\d-\d\d(?:T[\d:]+Z)?\s*)+)\]\s*/

/**
 * Reads `alert.txt`: one alert a line, `level:message`, where the message may hold colons. Optional bounds stand
 * before the message: `warning:[since=2026-12-01 until=2026-12-03] text: with colons`. Lines of another form
 * are taken as a warning, so that what an operator wrote is never hidden.
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
  const bounds = BOUNDS.exec(rest)
  if (bounds === null) return { level, message: rest.trim() }
  const dates = Object.fromEntries(
    (bounds[1] as string)
      .trim()
      .split(/\s+/)
      .map(part => part.split('=')),
  )
  return {
    level,
    message: rest.slice(bounds[0].length).trim(),
    ...(dates as { since?: string; until?: string }),
  }
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
  return (
    (alert.since === undefined || Date.parse(alert.since) <= time) &&
    (alert.until === undefined || time < Date.parse(alert.until))
  )
}
