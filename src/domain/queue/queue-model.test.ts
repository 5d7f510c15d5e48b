import { describe, expect, it } from 'vitest'
import { fc } from '../../../test/fuzz.ts'
import { type QueueModel, queueModel } from './queue-model.ts'

/** A queue like a broker's, and a model that follows it. */
class Queue {
  waiting: string[] = []
  model: QueueModel
  #made = 0
  /** Whether the model has been notified of every publish since the last look. */
  #told = false

  constructor(waiting: readonly string[] = [], known: readonly string[] = []) {
    this.waiting = [...waiting]
    this.model = queueModel({ size: known.length, requests: known })
  }

  publish(seen = true): void {
    const request = `package${this.#made++}\n{}`
    this.waiting.push(request)
    if (seen) this.model.publish(request)
    else this.#told = false
  }

  take(count = 1): string[] {
    return this.waiting.splice(0, count)
  }

  /**
   * A look at the first `limit`, with `before` and `after` messages published before and after the queue was
   * read.
   */
  look(limit: number, before = 0, after = 0): string[] {
    if (!this.#told) this.model.lose()
    const seen = this.model.seen()
    for (let n = 0; n < before; n++) this.publish()
    const actual = [...this.waiting]
    for (let n = 0; n < after; n++) this.publish()
    this.model.settle({ depth: actual.length, head: actual.slice(0, limit) }, seen, true)
    this.#told = true
    return actual
  }

  get shown(): readonly string[] {
    return this.model.content().requests
  }
}

const names = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `old${from + n}\n{}`)

describe('what is known of a queue', () => {
  it('is all of a short queue after one look', () => {
    const queue = new Queue(names(5))
    queue.look(20)
    expect(queue.model.content()).toEqual({ size: 5, requests: names(5) })
    expect(queue.model.unseen()).toBe(0)
  })

  it('is the head of a long one, and honest about the rest', () => {
    const queue = new Queue(names(500))
    queue.look(20)
    expect(queue.model.content()).toEqual({ size: 500, requests: names(20) })
    expect(queue.model.unseen()).toBe(480)
  })

  it('stays complete by publishes alone, without another look', () => {
    const queue = new Queue()
    queue.look(20)
    for (let n = 0; n < 1000; n++) queue.publish()
    queue.take(300)
    expect(queue.look(20)).toEqual(queue.shown)
    expect(queue.shown).toHaveLength(700)
  })

  it('becomes complete by itself when the workers have taken what nobody has seen', () => {
    const queue = new Queue(names(100))
    queue.look(20)
    for (let n = 0; n < 50; n++) queue.publish()
    queue.take(60)
    queue.look(20)
    expect(queue.model.unseen()).toBe(70)
    queue.take(45)
    expect(queue.look(20)).toEqual(queue.shown)
    expect(queue.model.unseen()).toBe(0)
  })

  it('goes on from the file of an earlier process', () => {
    const waiting = names(300)
    const queue = new Queue(waiting.slice(40), waiting.slice(0, 300))
    queue.look(20)
    expect(queue.model.content()).toEqual({ size: 260, requests: waiting.slice(40) })
  })

  it('knows the first part if something was published while no process ran', () => {
    const waiting = names(300)
    const queue = new Queue(waiting.slice(40), waiting.slice(0, 200))
    queue.look(20)
    expect(queue.model.content()).toEqual({ size: 260, requests: waiting.slice(40, 200) })
    expect(queue.model.unseen()).toBe(100)
  })

  it('forgets a list that an operator has removed something from', () => {
    const queue = new Queue(names(300))
    queue.look(300)
    queue.waiting.splice(150, 10)
    queue.look(20)
    expect(queue.model.content()).toEqual({ size: 290, requests: names(20) })
  })

  it('needs no look while nothing was published and as many wait as before', () => {
    const queue = new Queue(names(30))
    expect(queue.model.isSettled(30)).toBe(false)
    queue.look(30)
    expect(queue.model.isSettled(30)).toBe(true)
    expect(queue.model.isSettled(29)).toBe(false)
    queue.publish()
    expect(queue.model.isSettled(30)).toBe(false)
    queue.look(20)
    expect(queue.model.isSettled(31)).toBe(true)
    queue.model.lose()
    expect(queue.model.isSettled(31)).toBe(false)
  })

  it('invents no order for what was published during its first look', () => {
    const queue = new Queue(names(22))
    queue.look(20, 5, 1)
    queue.take(7)
    expect(queue.look(20, 0, 1)).toEqual(expect.arrayContaining([...queue.shown]))
    expect(queue.shown).toEqual(queue.waiting.slice(0, queue.shown.length))
    expect(queue.shown.length).toBeGreaterThanOrEqual(20)
  })

  it('has a place for what cannot be shown, and does not show it', () => {
    const model = queueModel({ size: 0, requests: [] })
    model.settle({ depth: 3, head: ['a\n{}', null, 'b\n{}'] }, 0, true)
    expect(model.content()).toEqual({ size: 3, requests: ['a\n{}', 'b\n{}'] })
    expect(model.malformed()).toBe(1)
    expect(model.unseen()).toBe(0)
  })

  it('is the beginning of the queue after every look, and all of it once all was seen, whatever happens', () => {
    const count = fc.nat(40)
    const step = fc.oneof(
      fc.record({ do: fc.constant('publish' as const), count }),
      fc.record({ do: fc.constant('miss' as const), count }),
      fc.record({ do: fc.constant('take' as const), count }),
      fc.record({ do: fc.constant('give back' as const), count }),
      fc.record({
        do: fc.constant('look' as const),
        count: fc.constantFrom(20, 1000),
        before: fc.nat(5),
        after: fc.nat(5),
      }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const queue = new Queue(names(30))
        let complete = false
        for (const one of steps) {
          if (one.do === 'publish' || one.do === 'miss') {
            for (let n = 0; n < one.count; n++) queue.publish(one.do === 'publish')
            if (one.do === 'miss' && one.count > 0) complete = false
          } else if (one.do === 'take') queue.take(one.count)
          else if (one.do === 'give back') {
            const given = queue.take(one.count)
            queue.waiting.unshift(...given)
          } else {
            const actual = queue.look(one.count, one.before, one.after)
            if (one.count === 1000) complete = true
            const { size, requests } = queue.model.content()
            expect(size).toBe(actual.length)
            expect(requests).toEqual(actual.slice(0, requests.length))
            expect(requests.length).toBeGreaterThanOrEqual(Math.min(20, actual.length))
            if (complete) expect(requests).toEqual(actual)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
