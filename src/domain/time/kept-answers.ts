/** Answers that are kept for a while. */
export interface KeptAnswers {
  /**
   * The answer to a question: a kept one, the one that is under way, or a new one from `ask`. `keepMs` says how
   * long it is good for, from the question on; failures are not kept.
   */
  get<T>(question: string, ask: () => Promise<T>, keepMs: (answer: T) => number): Promise<T>
}

interface KeptAnswer {
  readonly answer: Promise<unknown>
  /** Infinite while it is under way. */
  until: number
}

/** Keeps the `most` last answers. */
export function keptAnswers(most: number): KeptAnswers {
  const kept = new Map<string, KeptAnswer>()

  function drop(question: string, one: KeptAnswer): void {
    if (kept.get(question) === one) kept.delete(question)
  }

  return {
    get<T>(question: string, ask: () => Promise<T>, keepMs: (answer: T) => number): Promise<T> {
      const found = kept.get(question)
      if (found !== undefined && found.until > performance.now()) return found.answer as Promise<T>
      const asked = performance.now()
      const answer = ask()
      const one: KeptAnswer = { answer, until: Number.POSITIVE_INFINITY }
      kept.delete(question)
      kept.set(question, one)
      answer.then(
        value => {
          one.until = asked + keepMs(value)
        },
        () => drop(question, one),
      )
      const oldest = kept.size > most ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
      return answer
    },
  }
}
