/** Round numbers from 0 up to at least `most`, few enough to be read: `[0, 50, 100]`. */
export function ticksTo(most: number, wanted = 3): number[] {
  if (!(most > 0)) return [0, 1]
  const rough = most / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(one => one >= rough) ?? rough
  const count = Math.ceil(most / step)
  return Array.from({ length: count + 1 }, (_, n) => n * step)
}

/** Maps 0 to `most` onto a length, or back from its end. */
export const scaleTo = (most: number, length: number) => (value: number) => (value / most) * length

/** As few digits as a drawing needs. */
export const short = (number: number): string => String(Math.round(number * 10) / 10)
