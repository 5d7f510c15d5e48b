import { describe, expect, it } from 'vitest'
import { judgeSubmission } from './submission.ts'

const SETTINGS = { baseUrl: 'https://autopkgtest.example', trustedSites: ['https://excuses.example'] }
const judge = (headers: Record<string, string>) => judgeSubmission(name => headers[name], SETTINGS)
const page = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const image = { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }

describe('a request with a session', () => {
  it.each([
    ['of a program', {}],
    ['of a program that names this site', { referer: 'https://autopkgtest.example/packages/hello' }],
    ['of this site', { 'sec-fetch-site': 'same-origin', origin: 'https://autopkgtest.example' }],
    ['typed by somebody', { 'sec-fetch-site': 'none', ...page }],
    [
      'followed from a sister site',
      { 'sec-fetch-site': 'same-site', ...page, referer: 'https://people.example/' },
    ],
    [
      'followed from a trusted site',
      { 'sec-fetch-site': 'cross-site', ...page, referer: 'https://excuses.example/x' },
    ],
    ['of an old browser, from a trusted site', { referer: 'https://excuses.example/x' }],
  ])('%s is done', (_, headers) => {
    expect(judge(headers)).toBe('do')
  })

  it.each([
    ['an image of a sister site', { 'sec-fetch-site': 'same-site', ...image }],
    ['a link of another site', { 'sec-fetch-site': 'cross-site', ...page, referer: 'https://evil.example/' }],
    ['a link of a site that hides itself', { 'sec-fetch-site': 'cross-site', ...page }],
    [
      'an image of a trusted site',
      { 'sec-fetch-site': 'cross-site', ...image, referer: 'https://excuses.example/' },
    ],
    ['an old browser with a foreign form', { origin: 'https://evil.example' }],
    ['an old browser in a layout without origin', { origin: 'null' }],
    ['a foreign link of an old browser', { referer: 'http://autopkgtest.example/' }],
    [
      'a trusted and a foreign address',
      { origin: 'https://evil.example', referer: 'https://excuses.example/' },
    ],
    ['what says nonsense', { 'sec-fetch-site': 'unheard-of', ...page }],
  ])('%s is asked about', (_, headers) => {
    expect(judge(headers)).toBe('ask')
  })

  it.each([
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-site': 'same-origin' },
    { purpose: 'prefetch' },
    { 'x-moz': 'prefetch' },
  ])('that is only fetched ahead is never done: %o', headers => {
    expect(judge(headers as unknown as Record<string, string>)).toBe('never')
  })
})
