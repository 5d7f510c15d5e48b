import { describe, expect, it } from 'vitest'
import { harmlessType, objectType } from './object-type.ts'

const run = 'noble/amd64/h/hello/20260902_101112_abcde@'

describe('objectType', () => {
  it('gives a log the type and encoding that workers upload it with', () => {
    expect(objectType(`${run}/log.gz`)).toEqual({
      contentType: 'text/plain; charset=UTF-8',
      contentEncoding: 'gzip',
    })
  })

  it.each([
    ['result.tar', 'application/x-tar'],
    ['artifacts.tar.gz', 'application/gzip'],
    ['testinfo.json', 'application/json'],
    ['readable-by', 'text/plain; charset=UTF-8'],
    ['mylog.gz', 'application/gzip'],
    ['exitcode', 'application/octet-stream'],
  ])('calls %s %s, without an encoding', (file, contentType) => {
    expect(objectType(`${run}/${file}`)).toEqual({ contentType })
  })

  it.each(['a.html', 'a.svg', 'a.xml', 'a.js', 'a.htm', 'a.xhtml', 'log.gz/evil.html', 'a.HTML', '.', ''])(
    'never gives %s a type that a browser would run',
    name => {
      expect(objectType(name)).toEqual({ contentType: 'application/octet-stream' })
    },
  )

  it('looks at the last part of the name only', () => {
    expect(objectType('log.gz/x').contentEncoding).toBeUndefined()
    expect(objectType('log.gz').contentEncoding).toBe('gzip')
  })
})

describe('a type that the store gives', () => {
  it.each([
    ['text/plain', 'text/plain; charset=UTF-8'],
    ['Text/Plain; charset=utf-7', 'text/plain; charset=UTF-8'],
    ['application/x-tar', 'application/x-tar'],
    ['application/gzip; x=y', 'application/gzip'],
    ['application/json', 'application/json'],
  ])('%s passes as %s', (given, type) => expect(harmlessType(given)).toBe(type))

  it.each([
    'text/html',
    'text/ecmascript',
    'application/javascript',
    'text/css',
    'image/svg+xml',
    'application/xml',
    'text/vtt',
    'multipart/x-mixed-replace; boundary=x',
    'multipart/x-mixed-replace;boundary=text/plain',
    'application/pdf',
    'application/wasm',
    'text/plain, text/html',
    'x',
    '',
  ])('%s is nothing but bytes', given => expect(harmlessType(given)).toBe('application/octet-stream'))
})
