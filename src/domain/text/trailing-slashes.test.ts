import { expect, it } from 'vitest'
import { withoutTrailingSlashes } from './trailing-slashes.ts'

it.each([
  ['https://example.org', 'https://example.org'],
  ['https://example.org/a//', 'https://example.org/a'],
  ['///', ''],
  ['/a/b', '/a/b'],
])('slashes at the end of %s are left out', (text, bare) => expect(withoutTrailingSlashes(text)).toBe(bare))
