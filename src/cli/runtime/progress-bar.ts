const WIDTH = 24
const DRAW_MS = 100
const START_OF_LINE = '\r\x1b[K'

/** One line that is drawn over and over on a terminal; nothing anywhere else. */
export function progressBar(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>) {
  let drawnAt = 0
  return {
    /** Shows how much is done, and a text that is cut where the terminal ends. */
    show(done: number, total: number, text: string): void {
      if (!stream.isTTY || (done < total && performance.now() - drawnAt < DRAW_MS)) return
      drawnAt = performance.now()
      const filled = total === 0 ? 0 : Math.round((done / total) * WIDTH)
      const line = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${text}`
      stream.write(START_OF_LINE + line.slice(0, (stream.columns || 80) - 1))
    },
    /** Takes the line away. */
    clear(): void {
      if (stream.isTTY) stream.write(START_OF_LINE)
    },
  }
}
