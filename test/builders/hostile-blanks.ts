import { fc } from '../fuzz.ts'

/** Characters that some programs take for a blank, or for the end of a line, and others do not. */
export const BLANKS = [
  ...[' ', '\t', '\n', '\r', '\r\n', '\v', '\f', '\0', '\u001c', '\u001f'],
  ...[
    '\u0085',
    '\u00a0',
    '\u1680',
    '\u2007',
    '\u2009',
    '\u200b',
    '\u2028',
    '\u2029',
    '\u202f',
    '\u3000',
    '\ufeff',
  ],
]

/** Mostly a few of one kind, now and then very many. */
const run = fc
  .tuple(
    fc.constantFrom(...BLANKS),
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }) },
      { weight: 2, arbitrary: fc.integer({ min: 5, max: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1000, max: 20_000 }) },
    ),
  )
  .map(([blank, times]) => blank.repeat(times))

/** Runs of blanks of any kind and length. */
export const blanks: fc.Arbitrary<string> = fc
  .array(run, { minLength: 1, maxLength: 3 })
  .map(all => all.join(''))

/** A text with blanks before it, after it, and at any place within. */
export function blanked(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.array(fc.tuple(fc.nat(), blanks), { minLength: 1, maxLength: 4 }))
    .map(([whole, places]) =>
      places.reduce((changed, [place, added]) => {
        const at = place % (changed.length + 1)
        return changed.slice(0, at) + added + changed.slice(at)
      }, whole),
    )
}
