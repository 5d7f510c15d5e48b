import { describe, expect, it } from 'vitest'
import { type RunningStatus, teststatus } from './teststatus.ts'

const MESSAGE = {
  release: 'noble',
  architecture: 'amd64',
  package: 'hello',
  running: true,
  params: { triggers: ['hello/1'], requester: 'joe' },
  duration: 100,
  logtail: '  0s autopkgtest [10:11:12]: starting\n',
}
const isValid = (fields: object) => teststatus.safeParse({ ...MESSAGE, ...fields }).success

describe('a status', () => {
  it('is what the worker says', () => {
    expect(teststatus.parse({ ...MESSAGE, uuid: 'old' })).toEqual(MESSAGE)
  })

  it('shows the end of a log tail that is too long', () => {
    const { logtail } = teststatus.parse({ ...MESSAGE, logtail: `${'x'.repeat(1e6)}end` }) as RunningStatus
    expect(logtail).toMatch(/^x+end$/)
    expect(logtail.length).toBe(65_536)
  })

  it.each([-1, -0.5, -1e300])('of a worker whose clock was set back by %d has taken no time', duration => {
    expect(teststatus.parse({ ...MESSAGE, duration })).toMatchObject({ duration: 0 })
  })

  it.each([{ duration: -1 }, { duration: null }, { logtail: null }, { params: null }])(
    'ends a run whatever else is wrong with it: %j',
    fault => {
      expect(isValid({ running: false, ...fault })).toBe(true)
    },
  )

  it.each([
    [{ offset: -1, text: 'x' }],
    [{ offset: 1.5, text: 'x' }],
    [{ offset: 0, text: 'x'.repeat(70_000) }],
    [{ offset: 0 }],
    ['x'],
    [null],
  ])('is shown without its output where that is %.60j', output => {
    const status = teststatus.parse({ ...MESSAGE, output })
    expect([status.package, 'output' in status && status.output]).toEqual([MESSAGE.package, undefined])
  })

  it.each([
    [{ package: '__proto__' }],
    [{ release: '../x' }],
    [{ architecture: 'a b' }],
    [{ running: 'yes' }],
    [{ params: null }],
    [{ params: [] }],
    [{ params: { a: 'x'.repeat(70_000) } }],
    [{ params: JSON.parse(`{"a": ${'['.repeat(5000)}${']'.repeat(5000)}}`) }],
    [{ duration: '5' }],
    [{ logtail: null }],
  ])('with %.60j is malformed', fields => {
    expect(isValid(fields)).toBe(false)
  })
})
