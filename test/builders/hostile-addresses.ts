import { fc } from '../fuzz.ts'

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0')

/** Ways to write one character of a path: the same to some readers, something else to others. */
const LETTER: readonly ((char: string) => string)[] = [
  char => `%${hex(char)}`,
  char => `%${hex(char).toUpperCase()}`,
  char => `%25${hex(char)}`,
  char => char.toUpperCase(),
  char => `${char}%00`,
  char => `%c1%${(0x80 + (char.charCodeAt(0) & 0x3f)).toString(16)}`,
  char => String.fromCharCode(char.charCodeAt(0) + 0x80),
]
const SLASH: readonly ((char: string) => string)[] = [
  () => '//',
  () => '/./',
  () => '/x/../',
  () => '/%2e/',
  () => '/x/%2E%2e/',
  () => '\\',
  () => '%2f',
  () => '%5c',
  () => '%252f',
  () => '/;/',
]
const BEFORE = [
  '',
  '',
  '',
  '',
  '/',
  '//evil.example',
  '/.',
  '/x/..',
  '/%2e',
  'http://evil.example',
  '/\\evil.example',
]
const AFTER = [
  ...[
    '',
    '',
    '',
    '',
    '',
    '/',
    '//',
    '#',
    '#x',
    '#?x',
    '%23x',
    '%3Fx',
    ';x=1',
    '/.',
    '/x/..',
    '/%2e%2e',
    '%20',
  ],
  ...['.', '%00', '%0a', '?', '??', '?#', '\\', '/*', '&'],
]

/** A path unchanged, and in every other spelling that routers, browsers and proxies take for it. */
export function writtenOtherwise(path: string): fc.Arbitrary<string> {
  const chars = [...path].map(char => {
    const others = char === '/' ? SLASH : LETTER
    return fc.oneof(
      { weight: 12, arbitrary: fc.constant(char) },
      { weight: 1, arbitrary: fc.constantFrom(...others).map(write => write(char)) },
    )
  })
  return fc
    .tuple(fc.constantFrom(...BEFORE), fc.tuple(...chars), fc.constantFrom(...AFTER))
    .map(([before, written, after]) => before + written.join('') + after)
}

/** A path that every reader decodes to the same: some of its characters encoded, once. */
export function encodedOnce(path: string): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom('as it is', 'lower', 'upper'), { minLength: path.length, maxLength: path.length })
    .map(ways =>
      [...path]
        .map((char, at) => {
          if (char === '/' || ways[at] === 'as it is') return char
          return ways[at] === 'lower' ? `%${hex(char)}` : `%${hex(char).toUpperCase()}`
        })
        .join(''),
    )
}
