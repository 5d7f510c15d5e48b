import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { recordedMessages } from '../../../test/builders/completions.ts'
import { fc } from '../../../test/fuzz.ts'
import { parseLogHead } from '../../contracts/files/log/log-head.ts'
import { BadInput } from '../../domain/errors.ts'
import { parseVirtServer } from '../../domain/testbed/virt-server.ts'
import { pythonJson } from '../../domain/text/python-text.ts'
import { envOf, readWorkerRequest } from '../worker-request.ts'
import { autopkgtestCommand, type CommandSettings } from './autopkgtest-command.ts'

const TIMEOUTS = { short: 300, install: 3000, test: 200, copy: 900, build: 600 }
const SETTINGS: CommandSettings = {
  virt: parseVirtServer('schroot adt-$RELEASE'),
  bigArgs: ['--big'],
  extraArgs: [],
  pocket: undefined,
  aptUpgrade: false,
  timeouts: TIMEOUTS,
  longTimeouts: { ...TIMEOUTS, test: 40_000 },
}
const PLACE = { outDir: '/tmp/w/out', isLong: false, isBig: false, copies: [], sources: [] }

const bodyOf = (params: object, name = 'gzip') => Buffer.from(`${name}\n${pythonJson(params)}`)
const requestOf = (params: object, name?: string) =>
  readWorkerRequest('debci-ppa-noble-amd64', bodyOf(params, name))
const wordsFor = (
  params: object,
  settings: Partial<CommandSettings> = {},
  place: Partial<typeof PLACE> = {},
) => autopkgtestCommand(requestOf(params), { ...SETTINGS, ...settings }, { ...PLACE, ...place })

/** The part that depends on the request. */
const changedBy = (params: object, settings: Partial<CommandSettings> = {}) => {
  const plain = wordsFor({}, settings)
  return wordsFor(params, settings).filter(word => !plain.includes(word))
}

describe('the command line of a test', () => {
  it('is the one that a farm has really used, word by word', () => {
    const request = recordedMessages().find(({ queue }) => queue === 'debci-bookworm-amd64')
    const words = autopkgtestCommand(
      readWorkerRequest('debci-bookworm-amd64', Buffer.from(request?.body ?? '')),
      SETTINGS,
      PLACE,
    )
    expect(words.join(' ')).toBe(
      '--output-dir /tmp/w/out gzip --timeout-short=300 --timeout-install=3000 --timeout-test=200 --timeout-copy=900 ' +
        '--timeout-build=600 --env=ADT_TEST_TRIGGERS=glibc/2.36-9+deb12u14 -- schroot adt-bookworm',
    )
  })

  it.each([
    [{ triggers: ['a-b/1', 'c/2:3~4'] }, ['--env=ADT_TEST_TRIGGERS=a-b/1 c/2:3~4']],
    [{ testname: 'one' }, ['--test-name=one']],
    [{ env: ['A=b c', "D=$(e) ';"] }, ['--env=A=b c', "--env=D=$(e) ';"]],
    [{ 'build-git': 'https://x.org/a.git#refs/pull/1/head' }, ['https://x.org/a.git#refs/pull/1/head']],
    [{ 'test-git': 'https://x.org/a' }, ['https://x.org/a', '--no-built-binaries']],
    [{ 'all-proposed': '1' }, []],
    [{ requester: 'joe', 'submit-time': 'x', uuid: 'y', unknown: [1] }, []],
  ])('has what %j asks for', (params, words) => {
    expect(changedBy(params)).toEqual(words)
  })

  it.each([
    [{ triggers: ['a/1', 'b/2', 'a/3'] }, ['--apt-pocket=proposed=src:a,src:b']],
    [{ triggers: ['a/1'], 'all-proposed': '1' }, ['--apt-pocket=proposed']],
    [{ triggers: ['migration-reference/0'] }, []],
    [{ triggers: ['qemu-efi-noacpi/0', 'linux/6'] }, ['--apt-pocket=proposed=src:linux']],
    [{ triggers: ['a/1'], ppas: ['o/n'] }, []],
    [{ triggers: ['a/1'], ppas: ['o/n'], 'all-proposed': '1' }, ['--apt-pocket=proposed']],
  ])('takes from the pocket what %j is about', (params, words) => {
    const found = wordsFor(params, { pocket: 'proposed' }).filter(word => word.startsWith('--apt-pocket'))
    expect(found).toEqual(words)
  })

  it('has what the operator asks for, and the rest of a large testbed at its end', () => {
    const words = wordsFor(
      { triggers: ['a/1'] },
      { aptUpgrade: true, extraArgs: ['--setup-commands', 'apt-get update; true'] },
      { isLong: true, isBig: true },
    )
    expect(words.slice(2, 5)).toEqual(['--setup-commands', 'apt-get update; true', '--apt-upgrade'])
    expect(words).toContain('--timeout-test=40000')
    expect(words.slice(-4)).toEqual(['--', 'schroot', 'adt-noble', '--big'])
  })

  it('is understood by who reads logs', () => {
    const params = { triggers: ['a/1', 'b/2'], testname: 'x', 'all-proposed': '1', env: ['A=b c'] }
    const words = wordsFor(params, { pocket: 'proposed' }).map(word =>
      /^[\w./:=-]+$/.test(word) ? word : `'${word}'`,
    )
    const head = `autopkgtest [10:00:00]: host h; command line: autopkgtest ${words.join(' ')}\n`
    expect(parseLogHead(head)).toEqual({ triggers: 'a/1 b/2', env: envOf(requestOf(params)) })
  })

  it('adds no word and no option, whatever a request holds', () => {
    const field = fc.oneof(
      fc.string(),
      fc.constantFrom('--shell', '-- null', "'; rm -rf /; '", 'a/1 --shell', '@/etc/passwd'),
    )
    fc.assert(
      fc.property(
        fc.record(
          { testname: field, triggers: fc.array(field), env: fc.array(field), 'build-git': field },
          { requiredKeys: [] },
        ),
        field,
        (params, name) => {
          let words: string[]
          try {
            words = autopkgtestCommand(requestOf(params, name), SETTINGS, PLACE)
          } catch (error) {
            expect(error).toBeInstanceOf(BadInput)
            return
          }
          const end = words.indexOf('--')
          expect(words.slice(end)).toEqual(['--', 'schroot', 'adt-noble'])
          const options = words.slice(2, end)
          expect(options.filter(word => !/^--(timeout-\w+|env|test-name)=/.test(word))).toHaveLength(1)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.for<[string, string[]]>([
    ['schroot adt-$RELEASE', ['schroot', 'adt-noble']],
    ['unshare --release $RELEASE --arch $ARCH', ['unshare', '--release', 'noble', '--arch', 'amd64']],
    [
      'lxd --remote "my farm" autopkgtest/ubuntu/$RELEASE/$ARCH',
      ['lxd', '--remote', 'my farm', 'autopkgtest/ubuntu/noble/amd64'],
    ],
    [
      'qemu --cpus 2 --ram-size=2048 /srv/adt-$RELEASE-$ARCH.img',
      ['qemu', '--cpus', '2', '--ram-size=2048', '/srv/adt-noble-amd64.img'],
    ],
  ])('is taken as it is meant by the parser of autopkgtest itself, for %s', ([virt, server], { skip }) => {
    const library = '/usr/share/autopkgtest/lib'
    const script = `import sys, json; sys.path.insert(0, '${library}'); import autopkgtest_args as a
options, actions, virt = a.parse_args(sys.argv[1:])
print(json.dumps([actions, virt, options.env, options.only_tests, options.apt_pocket]))`
    if (!existsSync(library)) return skip('autopkgtest is not installed')
    const params = {
      triggers: ['a/1', 'b/2'],
      env: ["A='b' $c"],
      testname: 't',
      'build-git': 'https://x.org/a#b',
    }
    const settings = { pocket: 'proposed', virt: parseVirtServer(virt), bigArgs: ['--big'] }
    const words = wordsFor(params, settings, { outDir: '/tmp/does-not-exist-yet', isBig: true })
    const said = execFileSync('/usr/bin/python3', ['-c', script, ...words], { encoding: 'utf8', cwd: '/' })
    expect(JSON.parse(said)).toEqual([
      [['git-source', 'https://x.org/a#b', true]],
      [`autopkgtest-virt-${server[0]}`, ...server.slice(1), '--big'],
      ["A='b' $c", 'ADT_TEST_TRIGGERS=a/1 b/2'],
      ['t'],
      ['proposed=src:a,src:b'],
    ])
  })
})

describe('a request', () => {
  it.each([
    ['debci-noble-amd64', '../x', {}],
    ['debci-noble-amd64', '-x', {}],
    ['nonsense', 'gzip', {}],
    ['debci-noble-amd64', 'gzip', { triggers: 'a/1' }],
    ['debci-noble-amd64', 'gzip', { triggers: ['a'] }],
    ['debci-noble-amd64', 'gzip', { triggers: ['a/1 --shell'] }],
    ['debci-noble-amd64', 'gzip', { triggers: ["a';x/1"] }],
    ['debci-noble-amd64', 'gzip', { env: ['A=b\nc'] }],
    ['debci-noble-amd64', 'gzip', { 'build-git': "https://x.org/'; id" }],
    ['debci-noble-amd64', 'gzip', { 'build-git': 'file:///etc' }],
    ['debci-noble-amd64', 'gzip', { 'build-git': 'https://x.org/a', 'test-git': 'https://x.org/b' }],
    ['debci-noble-amd64', 'gzip', { ppas: ['a'] }],
    ['debci-noble-amd64', 'gzip', { ppas: ['joe:secret@a/b'] }],
    ['debci-noble-amd64', 'gzip', { testname: '--shell' }],
  ])('of %s for %s with %j is refused, and nothing of it is said', (queue, name, params) => {
    expect(() => readWorkerRequest(queue, bodyOf(params, name))).toThrow(BadInput)
    expect(() => readWorkerRequest(queue, bodyOf(params, name))).not.toThrow(/secret|shell|x\.org/)
  })

  it('is a package alone, or one with all there can be', () => {
    expect(readWorkerRequest('debci-noble-amd64', Buffer.from('gzip'))).toMatchObject({
      package: 'gzip',
      triggers: [],
    })
    expect(
      requestOf({
        ppas: ['joe:t0ken@a/b:0123456789ABCDEF'],
        swiftuser: 'joe',
        'readable-by': ['x', 'y'],
        requester: 'z',
      }),
    ).toMatchObject({
      ppas: [
        { owner: 'a', name: 'b', login: { user: 'joe', token: 't0ken' }, fingerprint: '0123456789ABCDEF' },
      ],
      readableBy: ['x', 'y'],
      requester: 'z',
    })
  })
})
