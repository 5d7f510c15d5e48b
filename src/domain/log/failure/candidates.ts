import { type Candidate, STRENGTHS, type Strength } from './rule.ts'
import { signatureText } from './signature.ts'

/** The number of first candidates of each strength that are kept. */
const FIRST = 3
/** The number of lines that are reported for a failing test. */
const MOST_LINES = 3

/** The candidates of one test, a limited number: the first ones of each strength, and the last. */
export class Candidates {
  readonly #byStrength = new Map<Strength, { first: Candidate[]; last: Candidate | undefined }>()

  /**
   * True if the candidate is among the first of its strength, in which case {@link settled} may have changed.
   */
  add(candidate: Candidate): boolean {
    const kept = this.#byStrength.get(candidate.strength) ?? { first: [], last: undefined }
    this.#byStrength.set(candidate.strength, kept)
    if (kept.first.length >= FIRST) {
      kept.last = candidate
      return false
    }
    if (kept.first.some(({ number }) => number === candidate.number)) return false
    kept.first.push(candidate)
    return true
  }

  /**
   * The strength of the last line to report, once there are enough: later lines of this strength, and weaker
   * ones, are never reported.
   */
  get settled(): Strength | undefined {
    const first = STRENGTHS.toReversed().flatMap(strength => this.#byStrength.get(strength)?.first ?? [])
    return chosenOf(first)[MOST_LINES - 1]?.strength
  }

  get isEmpty(): boolean {
    return this.#byStrength.size === 0
  }

  /** All candidates that are kept, the strongest first, and those of one strength in the order of the log. */
  ranked(): Candidate[] {
    return STRENGTHS.toReversed().flatMap(strength => {
      const kept = this.#byStrength.get(strength)
      if (kept === undefined) return []
      const first = kept.first.toSorted((a, b) => a.number - b.number)
      return kept.last === undefined ? first : [...first, kept.last]
    })
  }
}

const signatures = new WeakMap<Candidate, string>()

/** The candidate's signature, cached because the choice of lines is made again with each new candidate. */
function saidBy(candidate: Candidate): string {
  const known = signatures.get(candidate)
  if (known !== undefined) return known
  const text = signatureText(candidate.text, candidate.about)
  signatures.set(candidate, text)
  return text
}

/** The lines to report out of the ranked candidates: no line twice, and no two with the same signature. */
export function chosenOf(ranked: readonly Candidate[]): Candidate[] {
  const chosen: Candidate[] = []
  const said = new Set<string>()
  for (const candidate of ranked) {
    const text = saidBy(candidate)
    if (said.has(text) || chosen.some(({ number }) => number === candidate.number)) continue
    said.add(text)
    chosen.push(candidate)
    if (chosen.length === MOST_LINES) break
  }
  return chosen
}
