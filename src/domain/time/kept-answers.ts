/** A cache of answers. */
export interface KeptAnswers {
  /**
   * The answer to a question: a cached one, one that is in progress, or a new one from `ask`. `keepMs` says
   * how long it is valid, from the time of the question; failures are not cached.
   */
  get<T>(question: string, ask: () => Promise<T>, keepMs: (answer: T) => number): Promise<T>
}

interface KeptAnswer {
  readonly answer: Promise<unknown>
  /** Infinite while it is in progress. */
  until: number
}

/** Caches the last `most` answers. */
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
