import { expect, it } from 'vitest'
import { parseExcuses } from './excuses.ts'

const URL = 'https://autopkgtest.example'

/** Britney's results of each test, as PyYAML writes them. */
const FILE = `generated-date: 2026-11-29 10:00:00.123456
sources:
- excuses:
  - Migration status
  new-version: 2.9-1
  policy_info:
    age:
      amd64:
      - PASS
      - ${URL}/packages/a/apt/noble/amd64
      current-age: 2.5
    autopkgtest:
      0ad/0.26-3:
        amd64:
        - PASS
        - ${URL}/results/autopkgtest-noble/noble/amd64/0/0ad/20261129_090000_abcde@/log.gz
        - ${URL}/packages/0/0ad/noble/amd64
        - null
        - null
      'apt':
        armhf:
        - RUNNING
        - ${URL}/running
        - '${URL}/packages/a/apt/noble/armhf'
        - null
        - '${URL}/request.cgi?release=noble&arch=armhf&package=apt&trigger=hello%2F2.9-1'
        s390x:
        - IGNORE-FAIL
        - null
        - null
        - null
        - ${URL}/request.cgi?release=noble&arch=s390x&package=apt&trigger=hello%2F2.9-1
        riscv64:
        - PASS
        - null
      Not_A_Package/1:
        amd64:
        - PASS
        - ${URL}/packages/n/n/noble/amd64
      verdict: REJECTED_TEMPORARILY
    block:
      x/1:
        amd64:
        - PASS
        - ${URL}/packages/x/x/noble/amd64
  source: hello
- excuses: []
  new-version: '1'
  policy_info:
    autopkgtest:
      verdict: PASS
  source: silent
`

async function* chunked(text: string, size: number) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

it.each([1, 100_000])(
  'what britney says of tests is read, with the release from its addresses: %i bytes at a time',
  async size => {
    const excuses = await parseExcuses(chunked(FILE, size))
    const noble = (arch: string, name: string, word: string) => ({
      ...{ release: 'noble', arch, package: name, word },
    })
    expect(excuses.tests({ source: 'hello', version: '2.9-1' })).toEqual([
      noble('amd64', '0ad', 'PASS'),
      noble('armhf', 'apt', 'RUNNING'),
      noble('s390x', 'apt', 'IGNORE-FAIL'),
    ])
    expect(excuses.tests({ source: 'silent', version: '1' })).toEqual([])
    expect(excuses.tests({ source: 'nobody', version: '1' })).toEqual([])
    expect(excuses.tested()).toEqual([{ source: 'hello', version: '2.9-1' }])
    expect(excuses.ofSource('hello').map(one => one.version)).toEqual(['2.9-1'])
    expect(excuses.made).toEqual(new Date('2026-11-29T10:00:00Z'))
  },
)
