import { expect, it } from 'vitest'
import { readTestedVersion, testedVersion } from './tested-version.ts'

it.each(['1.12-1', '1:2.39-0ubuntu8.6+git~rc1', '0', 'unknown', 'blacklisted'])('%s is a version', text => {
  expect(testedVersion(`${text}\n`)).toBe(text)
  expect(readTestedVersion(`gzip ${text}\n`)).toBe(text)
})

it.each(['', 'dpkg-parsechangelog: error: no such file', 'error', '1.12 (native)', '<b>1</b>'])(
  '%j is none',
  text => {
    expect(testedVersion(text)).toBe('unknown')
    expect(readTestedVersion(`gzip ${text}`)).toBeUndefined()
  },
)
