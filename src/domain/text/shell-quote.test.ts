import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shellQuote } from './shell-quote.ts'

/** The words that this machine's shell reads from a command line. */
const wordsOf = (line: string): string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8', cwd: '/' })
    .split('\0')
    .slice(0, -1)

describe('a word for a shell', () => {
  const texts = [
    'plain-1.2+3:4~5',
    '',
    "it's",
    "''",
    '$(touch /tmp/x)',
    '`id`',
    '$HOME',
    '~',
    '~root',
    'a b  c',
    '*',
    '[a-z]?',
    '{a,b}',
    'a\\',
    '"quoted"',
    'a;b&c|d>e<f',
    '#no comment',
    '!history',
    '-- -x',
    'line\nline',
    'ümläut ☃',
    'x=~',
  ]

  it('comes out as it went in, alone and among others', () => {
    for (const text of texts) expect(wordsOf(shellQuote(text)), text).toEqual([text])
    expect(wordsOf(texts.map(shellQuote).join(' '))).toEqual(texts)
  })

  it('is left as it is where nothing in it is special', () => {
    expect(shellQuote('--apt-pocket=proposed=src:glibc,src:gcc-14')).toBe(
      '--apt-pocket=proposed=src:glibc,src:gcc-14',
    )
  })
})
