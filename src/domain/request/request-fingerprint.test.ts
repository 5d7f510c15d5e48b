import { describe, expect, it } from 'vitest'
import { type RequestIdentity, requestFingerprint } from './request-fingerprint.ts'

const REQUEST: RequestIdentity = {
  package: 'hello',
  release: 'noble',
  arch: 'amd64',
  triggers: ['a/1', 'b/2'],
  ppas: [],
  env: [],
  allProposed: false,
  git: undefined,
  testname: undefined,
  audience: undefined,
}
const of = (part: Partial<RequestIdentity>): string => requestFingerprint({ ...REQUEST, ...part })

describe('two requests', () => {
  it('ask for the same whatever the order of their triggers', () => {
    expect(of({ triggers: ['b/2', 'a/1'] })).toBe(of({}))
  })

  it.each([
    { package: 'other' },
    { release: 'jammy' },
    { arch: 's390x' },
    { triggers: ['a/1'] },
    { ppas: ['x/y'] },
    { env: ['A=1'] },
    { allProposed: true },
    { git: 'https://example.org/x' },
    { testname: 'one' },
    { audience: ['joe', '', 'ann'] },
    { audience: [] },
  ])('that differ in %j ask for different runs', part => expect(of(part)).not.toBe(of({})))

  it('of one PPA are the same with its credentials and without', () => {
    expect(of({ ppas: ['user:token@x/y:ABCDEF01'] })).toBe(of({ ppas: ['x/y'] }))
    expect(of({ ppas: ['x/y', 'a/b'] })).not.toBe(of({ ppas: ['a/b', 'x/y'] }))
  })
})
