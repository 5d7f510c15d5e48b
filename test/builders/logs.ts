import type { Log } from '../../src/log.ts'

/** A log that keeps its entries, one JSON object a line. */
export function aRecordingLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = []
  const make = (bound: object): Log => {
    const write = (level: string) => (fields: object, message: string) =>
      void lines.push(JSON.stringify({ level, message, ...bound, ...fields }, replaceErrors))
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: fields => make({ ...bound, ...fields }),
    }
  }
  return { log: make({}), lines }
}

/** Like pino. */
function replaceErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, stack: value.stack } : value
}
