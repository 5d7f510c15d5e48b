import { describe, expect, it } from 'vitest'
import { readTarget, routedPath, sameQuery, splitUrl } from './request-target.ts'

describe('the address of a request', () => {
  it.each([
    ['http://h', '/', ''],
    ['http://h/', '/', ''],
    ['http://h:80/a/b?c=d?e', '/a/b', 'c=d?e'],
    ['http://[::1]:8080/x?', '/x', ''],
    ['http://h/a#b?c', '/a', ''],
    ['http://h/a?b#c', '/a', 'b'],
    ['http://h/#a', '/', ''],
  ])('%s is split', (url, path, query) => {
    expect(splitUrl(url)).toEqual({ path, query })
  })

  it.each([
    ['/%72equest.cgi?a', '/request.cgi'],
    ['/request%2Ecgi/', '/request.cgi/'],
    ['/request.cgi#/recent', '/request.cgi'],
    ['/request%2523', '/request%2523'],
    ['/a%2Fb', '/a%2Fb'],
  ])('%s has one path for routes and guards', (target, path) => {
    expect(routedPath(`http://h${target}`)).toBe(path)
  })

  it('asks the same however its query is encoded, and whatever its fragment is', () => {
    const asked = sameQuery('http://h/x?a=b c&d=%7e')
    for (const other of ['/x?a=b%20c&d=~', '/%78?%61=b+c&d=~#e']) {
      expect(sameQuery(`http://h${other}`), other).toBe(asked)
    }
    expect(sameQuery('http://h/x?a=b&d=~')).not.toBe(asked)
  })

  it('decodes each segment once', () => {
    expect(readTarget('http://h/packages/g%2B%2B/%2540/a%20b')?.path).toEqual([
      'packages',
      'g++',
      '%40',
      'a b',
    ])
  })

  it.each(['%2F', '%2f', '%00'])('has no page with %s in its path, as Apache had none', bad => {
    expect(readTarget(`http://h/packages/a${bad}b`)).toBeUndefined()
  })

  it('shows bytes that are no UTF-8 as such', () => {
    expect(readTarget('http://h/packages/%ff%fe')?.path[1]).toBe('\ufffd\ufffd')
    expect(readTarget('http://h/packages/a%')?.path[1]).toBe('a%')
  })

  it('reads the parameters that the route names, the first value of each, in the route’s order', () => {
    const request = readTarget('http://h/recent?x=1&offset=2&limit=3&limit=4', ['limit', 'offset'])
    expect(String(request?.query)).toBe('limit=3&offset=2')
    expect(String(readTarget('http://h/?q=1')?.query)).toBe('')
  })
})
