import { describe, expect, it } from 'vitest'
import { streamLimit } from './stream-limit.ts'

describe('the limit on open streams', () => {
  it('is one of each address, and what ends makes room', () => {
    const limit = streamLimit(2)
    const [first, second] = [limit.take('a'), limit.take('a')]
    expect(limit.take('a')).toBeUndefined()
    expect(limit.take('b')).toBeDefined()
    first?.()
    first?.()
    expect(limit.take('a')).toBeDefined()
    expect(limit.take('a'), 'given back twice counts once').toBeUndefined()
    second?.()
    expect(limit.take('a')).toBeDefined()
  })
})
