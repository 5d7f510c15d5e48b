const FORMAT = new Intl.NumberFormat('en-GB')

/** With thousands separators: `84,120`. */
export function count(number: number): string {
  return FORMAT.format(number)
}

/** A number with its noun: `1 run`, `84,120 runs`. */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : plural}`
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units with at most three figures: `1.25 MB`. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 ? value : Number(value.toPrecision(3))} ${UNITS[power]}`
}
