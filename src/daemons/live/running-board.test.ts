import { describe, expect, it } from 'vitest'
import { type Teststatus, teststatus } from '../../contracts/messages/teststatus.ts'
import { runningBoard } from './running-board.ts'

const MINUTE = 60_000
const HASH = "requester_joe;submit-time_2026-09-01 10:11:12+0000;triggers_['hello/1'];"
const PARAMS = { triggers: ['hello/1'], requester: 'joe', 'submit-time': '2026-09-01 10:11:12+0000' }

function status(fields: object = {}): Teststatus {
  return teststatus.parse({
    release: 'noble',
    architecture: 'amd64',
    package: 'hello',
    running: true,
    params: PARAMS,
    duration: 100,
    logtail: 'tail',
    ...fields,
  })
}

describe('what runs now', () => {
  it('has the shape that clients read', () => {
    const board = runningBoard()
    board.report(status(), 0)
    expect(board.changes(0)).toEqual({ hello: { [HASH]: { noble: { amd64: [PARAMS, 100, 'tail'] } } } })
  })

  it('is written first even if nothing runs, and then only when something changed', () => {
    const board = runningBoard()
    expect(board.changes(0)).toEqual({})
    expect(board.changes(1000)).toBeUndefined()
    board.report(status(), 1500)
    expect(board.changes(2000)).toBeDefined()
    expect(board.changes(3000)).toBeUndefined()
  })

  it.each([
    { duration: -2 },
    { duration: null },
    { logtail: null, duration: 'long' },
    { params: null },
    { params: undefined, logtail: 5 },
  ])('ends with the last word about a run, whatever else is wrong with it: %j', fault => {
    const board = runningBoard()
    board.report(status(), 0)
    board.report(status({ package: 'other' }), 0)
    expect(board.report(status({ running: false, ...fault }), 10)).toBe('ended')
    expect(Object.keys(board.changes(10) ?? {})).toEqual(['other'])
  })

  it('does not end one of several runs of a test where nobody knows which', () => {
    const board = runningBoard()
    board.report(status(), 0)
    board.report(status({ params: { ...PARAMS, 'all-proposed': '1' } }), 0)
    board.report(status({ running: false, params: null }), 10)
    expect(Object.keys(board.changes(10)?.hello ?? {})).toHaveLength(2)
  })

  it('keeps the last report of each run, and tells runs apart by their parameters', () => {
    const board = runningBoard()
    board.report(status({ duration: 10 }), 0)
    board.report(status({ duration: 20 }), 10)
    board.report(status({ params: { ...PARAMS, 'all-proposed': '1' } }), 10)
    board.report(status({ architecture: 's390x' }), 10)
    board.report(status({ package: 'abc' }), 10)
    const changes = board.changes(10)
    expect(Object.keys(changes ?? {})).toEqual(['abc', 'hello'])
    expect(Object.keys(changes?.hello ?? {})).toEqual([HASH, `all-proposed_1;${HASH}`])
    expect(changes?.hello?.[HASH]?.noble).toMatchObject({
      amd64: [PARAMS, 20, 'tail'],
      s390x: [PARAMS, 100, 'tail'],
    })
  })

  it('forgets a run that has ended, and one that has been silent for 15 minutes', () => {
    const board = runningBoard()
    board.report(status(), 0)
    board.report(status({ package: 'abc' }), 0)
    expect(board.report(status({ package: 'abc', running: false }), 1)).toBe('ended')
    expect(Object.keys(board.changes(15 * MINUTE - 1) ?? {})).toEqual(['hello'])
    expect(board.changes(15 * MINUTE)).toEqual({})
    expect(board.report(status({ running: false }), 16 * MINUTE)).toBe('ended')
  })

  it.each([
    ['as a worker hides it', { package: 'private-test', params: {}, logtail: 'Running private test' }],
    ['as a worker forgot to hide it', { params: { 'readable-by': ['joe'], triggers: ['secret/1'] } }],
    ['with the name of who may write', { params: { swiftuser: 'secret' } }],
    ['half hidden', { package: 'private-test', params: { triggers: ['secret/1'] }, logtail: 'secret' }],
  ])('shows nothing of a private run %s', (_how, fields) => {
    const board = runningBoard()
    board.report(status({ logtail: 'secret', ...fields }), 0)
    expect(board.changes(0)).toEqual({
      'private-test': { '': { noble: { amd64: [{}, 100, 'Running private test'] } } },
    })
    board.report(status({ ...fields, running: false }), 1)
    expect(board.changes(1)).toEqual({})
  })

  it('shows no credentials, neither in the parameters nor in the hash', () => {
    const board = runningBoard()
    board.report(status({ params: { ppas: ['user:secret@joe/ppa'] } }), 0)
    expect(board.changes(0)).toEqual({
      hello: { "ppas_['joe/ppa'];": { noble: { amd64: [{ ppas: ['joe/ppa'] }, 100, 'tail'] } } },
    })
  })

  it('shows what it knew before a restart until everything that runs has reported again', () => {
    const before = runningBoard()
    before.report(status(), 0)
    before.report(status({ package: 'ended-meanwhile' }), 0)
    const board = runningBoard()
    board.restore(before.changes(0) ?? {}, 1000, 15 * MINUTE)
    board.expectReports(2000, 12_000)
    expect(Object.keys(board.changes(3000) ?? {})).toEqual(['ended-meanwhile', 'hello'])
    board.report(status({ duration: 200 }), 4000)
    expect(Object.keys(board.changes(14_000) ?? {})).toEqual(['hello'])
    expect(board.changes(4000 + 15 * MINUTE)).toEqual({})
  })

  it('holds names that are also those of every object', () => {
    const board = runningBoard()
    board.report(
      status({ package: 'constructor', params: JSON.parse('{"__proto__": "x", "valueOf": "y"}') }),
      0,
    )
    expect(JSON.stringify(board.changes(0))).toBe(
      '{"constructor":{"valueOf_y;":{"noble":{"amd64":[{"valueOf":"y"},100,"tail"]}}}}',
    )
  })

  it('refuses more runs than any farm has, and still follows the known ones', () => {
    const board = runningBoard()
    for (let n = 0; n < 20_000; n++) board.report(status({ params: { n } }), 0)
    expect(board.report(status({ params: { n: -1 } }), 0)).toBe('refused')
    expect(board.report(status({ params: { n: 5 } }), 0)).toBe('running')
  })
})
