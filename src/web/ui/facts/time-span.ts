/** A time as people say it, from seconds: `40 s`, `12 min`, `3 h 10 min`, `5 days`. */
export function timeSpan(seconds: number): string {
  if (seconds > 0 && seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours >= 48
    ? `${Math.round(hours / 24)} days`
    : `${hours} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
}
