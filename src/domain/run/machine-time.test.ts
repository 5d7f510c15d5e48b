import { describe, expect, it } from 'vitest'
import { costsOfTriggers } from './machine-time.ts'

describe('what triggers cost', () => {
  it('counts a run of several triggers for each, once, and leaves out what is no upload', () => {
    const lists = [
      { name: 'x/1', runs: 2, seconds: 100 },
      { name: 'x/1 y/2 y/2', runs: 1, seconds: 30 },
      { name: 'migration-reference/0', runs: 9, seconds: 900 },
      { name: 'z/1', runs: 1, seconds: 1 },
    ]
    expect(costsOfTriggers(lists, 2)).toEqual([
      { name: 'x/1', runs: 3, seconds: 130 },
      { name: 'y/2', runs: 1, seconds: 30 },
    ])
  })
})
