import pino from 'pino'

/** What the rest of the code logs through: fields first, then a message that can be read alone. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

export type LogFormat = 'json' | 'readable'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

const MARKS: Record<number, string> = { 20: 'debug', 30: 'info ', 40: 'WARN ', 50: 'ERROR' }

/** A bar of progress may stand where a line begins. */
const OVER_THE_LINE = '\r\x1b[K'

/** One line for a person at a terminal: time, level, message, then the fields as `key=value`. */
function readable(line: string): string {
  const {
    time,
    level,
    msg,
    pid: _pid,
    hostname: _host,
    ...fields
  } = JSON.parse(line) as Record<string, unknown>
  const clock = new Date(Number(time)).toISOString().slice(11, 19)
  const rest = Object.entries(fields).map(([key, value]) =>
    key === 'err' && value !== null && typeof value === 'object' && 'message' in value
      ? `error=${JSON.stringify((value as { message: unknown }).message)}`
      : `${key}=${typeof value === 'string' && /^[\w./:@+~-]+$/.test(value) ? value : JSON.stringify(value)}`,
  )
  return `${OVER_THE_LINE}${clock} ${MARKS[Number(level)] ?? level} ${String(msg)}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}\n`
}

/**
 * A log that writes one JSON object a line to stderr, or the readable form of the same.
 * JSON escapes line breaks, so nothing that is logged can forge a line.
 */
export function openLog(options: { format: LogFormat; level?: LogLevel }): Log {
  const stderr = {
    write: (line: string) => void process.stderr.write(options.format === 'json' ? line : readable(line)),
  }
  return pino({ level: options.level ?? 'info', base: null }, stderr)
}

/** A log that keeps nothing. */
export const silentLog: Log = pino({ level: 'silent' })
