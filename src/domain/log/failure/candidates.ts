import { type Candidate, STRENGTHS, type Strength } from './rule.ts'
import { signatureText } from './signature.ts'

/** How many of the first candidates of one strength are kept. */
const FIRST = 3
/** How many lines of a failing test are told. */
const MOST_LINES = 3

/** The candidates of one test, bounded: of each strength the first ones, and the last. */
export class Candidates {
  readonly #byStrength = new Map<Strength, { first: Candidate[]; last: Candidate | undefined }>()

  /** True if it is among the first of its strength: {@link settled} may have changed. */
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

  /** The strength of the last line to tell, once there are enough: what is as strong and comes later, or is weaker, never is. */
  get settled(): Strength | undefined {
    const first = STRENGTHS.toReversed().flatMap(strength => this.#byStrength.get(strength)?.first ?? [])
    return chosenOf(first)[MOST_LINES - 1]?.strength
  }

  get isEmpty(): boolean {
    return this.#byStrength.size === 0
  }

  /** All that is kept, the strongest first, those of one strength in their order. */
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

/** Its signature, worked out once: which lines are told is decided anew with each that is found. */
function saidBy(candidate: Candidate): string {
  const known = signatures.get(candidate)
  if (known !== undefined) return known
  const text = signatureText(candidate.text, candidate.about)
  signatures.set(candidate, text)
  return text
}

/** The lines to tell of those that are ranked: no line twice, and no two that say the same. */
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
