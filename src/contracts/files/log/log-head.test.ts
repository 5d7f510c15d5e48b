import { describe, expect, it } from 'vitest'
import { parseLogHead } from './log-head.ts'

/** The head of a log whose autopkgtest was called with these arguments, as printed. */
const head = (args: string, prefix = '') =>
  [
    'autopkgtest [14:38:11]: starting date and time: 2026-11-22 14:38:11+0000',
    'autopkgtest [14:38:11]: version 5.28',
    `autopkgtest [14:38:11]: host worker-1; command line: /usr/bin/autopkgtest --output-dir /tmp/out ${args}`,
    'autopkgtest [14:38:16]: testbed dpkg architecture: amd64',
  ]
    .map(line => `${prefix}${line}\n`)
    .join('')

describe('the command line at the head of a log', () => {
  it('tells one trigger', () => {
    const log = head('gzip --env=ADT_TEST_TRIGGERS=glibc/2.36-9+deb12u14 -- schroot adt-bookworm')
    expect(parseLogHead(log)).toEqual({ triggers: 'glibc/2.36-9+deb12u14', env: '' })
  })

  it('tells several, quoted as the shell wants it, behind the seconds of newer logs', () => {
    const log = head("sudo '--env=ADT_TEST_TRIGGERS=glibc/2.36 gcc-12/12.2 sudo/1.9~1' -- schroot x", ' 12s ')
    expect(parseLogHead(log)?.triggers).toBe('glibc/2.36 gcc-12/12.2 sudo/1.9~1')
  })

  it('is none where it stands behind a carriage return or another separator of lines', () => {
    for (const end of ['\r', '\u2028', '\u2029'])
      expect(parseLogHead(`x${end}${head('gzip -- null').split('\n')[2]}\n`)).toBeUndefined()
  })

  it('tells several that nobody quoted', () => {
    const log = head('sudo --env=ADT_TEST_TRIGGERS=glibc/2.36 gcc-12/12.2 --timeout=3 -- schroot adt/x')
    expect(parseLogHead(log)?.triggers).toBe('glibc/2.36 gcc-12/12.2')
  })

  it('tells triggers given as an argument of their own', () => {
    expect(parseLogHead(head("gzip --env 'ADT_TEST_TRIGGERS=a/1 b/2' -- null"))?.triggers).toBe('a/1 b/2')
  })

  it('leaves triggers undefined where there are none', () => {
    expect(parseLogHead(head('gzip -- null'))).toEqual({ triggers: undefined, env: '' })
    expect(parseLogHead(head('gzip --env=ADT_TEST_TRIGGERS= -- null'))?.triggers).toBeUndefined()
  })

  it('takes the pocket without a list of sources for all-proposed', () => {
    const log = head('--apt-pocket=proposed --apt-upgrade gzip --env=ADT_TEST_TRIGGERS=gzip/1 -- lxd x')
    expect(parseLogHead(log)?.env).toBe('all-proposed=1')
  })

  it('does not take a list of sources for all-proposed', () => {
    const log = head('--apt-pocket=proposed=src:gzip,src:sed gzip --env=ADT_TEST_TRIGGERS=gzip/1 -- lxd x')
    expect(parseLogHead(log)?.env).toBe('')
  })

  it('does not take a baseline run for all-proposed', () => {
    const log = head('--apt-pocket=proposed gzip --env=ADT_TEST_TRIGGERS=migration-reference/0 -- lxd x')
    expect(parseLogHead(log)?.env).toBe('')
  })

  it('tells the test name in each spelling, after all-proposed', () => {
    for (const option of ['--testname=smoke', '--test-name=smoke', '--testname smoke'])
      expect(parseLogHead(head(`${option} --apt-pocket=proposed gzip -- lxd x`))?.env).toBe(
        'all-proposed=1,testname=smoke',
      )
  })

  it('does not look into the arguments of the virtualisation server', () => {
    expect(parseLogHead(head('gzip -- ssh --apt-pocket=proposed --testname=x'))?.env).toBe('')
  })

  it('does not look into quoted arguments', () => {
    const log = head("--setup-commands 'echo --apt-pocket=proposed -- it'\"'\"'s' --testname=x gzip -- lxd x")
    expect(parseLogHead(log)?.env).toBe('testname=x')
  })

  it('follows an argument over several lines, each with its seconds', () => {
    const log = head("--setup-commands 'one\n  0s two' --env=ADT_TEST_TRIGGERS=a/1 gzip -- lxd x", '  0s ')
    expect(parseLogHead(log)?.triggers).toBe('a/1')
  })

  it('makes nothing of a command line that was cut, however it is quoted', () => {
    const whole = head("gzip --testname=x '--env=ADT_TEST_TRIGGERS=a/1 b/2 c/3' -- null")
    const end = whole.indexOf('autopkgtest [14:38:16]')
    expect(parseLogHead(whole.slice(0, end))?.triggers).toBe('a/1 b/2 c/3')
    for (let cut = 0; cut < end; cut++) expect(parseLogHead(whole.slice(0, cut))).toBeUndefined()
  })

  it('is not fooled by a command line that a test printed', () => {
    const log = `autopkgtest [1:2:3]: @@@@@@@@@@@@@@@@@@@@ source x\n${head('--testname=forged -- null')}`
    expect(parseLogHead(log)).toBeUndefined()
  })

  it('finds none in the log of a test that is never run, nor in binary rubbish', () => {
    expect(parseLogHead('This package is marked to never run.\n')).toBeUndefined()
    expect(parseLogHead('\0\ufffd'.repeat(1000))).toBeUndefined()
  })
})
