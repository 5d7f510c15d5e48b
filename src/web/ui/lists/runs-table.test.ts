import { expect, it } from 'vitest'
import { aRun } from '../../../../test/builders/run.ts'
import { LONGEST_URL } from '../../http/request-target.ts'
import { retryLink } from './runs-table.ts'

const hrefOf = (run: Parameters<typeof retryLink>[0]) =>
  /href="([^"]*)"/.exec(String(retryLink(run)))?.[1]?.replaceAll('&amp;', '&')

it('a retry asks for the same triggers, with all of proposed only where the run had it', () => {
  const run = aRun().of('hello').triggeredBy('glibc/2.39', 'gcc-14/14.2+b1')
  const same =
    '/request.cgi?release=noble&arch=amd64&package=hello&trigger=glibc%2F2.39&trigger=gcc-14%2F14.2%2Bb1'
  expect(hrefOf(run)).toBe(same)
  expect(hrefOf(run.allProposed())).toBe(`${same}&all-proposed=1`)
})

it('there is no retry of what no address can hold', () => {
  expect(hrefOf(aRun().triggeredBy(`a/${'1'.repeat(LONGEST_URL)}`))).toBeUndefined()
})
