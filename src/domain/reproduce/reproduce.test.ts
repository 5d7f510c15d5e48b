import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { aRun, type RunBuilder } from '../../../test/builders/run.ts'
import type { Subtest, SubtestResult } from '../run/subtest.ts'
import { reproduce } from './reproduce.ts'

/** The arguments that autopkgtest gets when the command is pasted into the shell of this machine. */
function wordsOf(command: string): string[] {
  const script = `autopkgtest() { printf '%s\\0' "$@"; }\n${command}\n`
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', cwd: '/' }).split('\0').slice(0, -1)
}

const named = (name: string, result: SubtestResult = 'FAIL'): Subtest => ({ name, result, detail: '' })

const ofRun = (run: RunBuilder, subtests: readonly Subtest[] = []) => {
  const { commands, notes } = reproduce(run, subtests)
  const [lxd] = commands
  return { words: wordsOf(lxd?.command ?? ''), notes: notes.join('\n'), commands }
}

describe('running a test again', () => {
  it('takes the triggers from -proposed, and names them', () => {
    const run = aRun().triggeredBy('glibc/2.39-0ubuntu9', 'gcc-14/14.2~rc1-1', 'glibc/2.39-0ubuntu9')
    expect(ofRun(run).words).toEqual([
      '--apt-upgrade',
      '--apt-pocket=proposed=src:glibc,src:gcc-14',
      '--env=ADT_TEST_TRIGGERS=glibc/2.39-0ubuntu9 gcc-14/14.2~rc1-1 glibc/2.39-0ubuntu9',
      'hello',
      '--',
      'lxd',
      'autopkgtest/ubuntu/noble/amd64',
    ])
  })

  it('has a command for each kind of testbed, and how that is made', () => {
    const { commands } = ofRun(aRun().on('jammy', 's390x'))
    expect(commands.map(({ testbed, make, command }) => [testbed, make, command.split(' -- ')[1]])).toEqual([
      ['LXD', 'autopkgtest-build-lxd ubuntu-daily:jammy/s390x', 'lxd autopkgtest/ubuntu/jammy/s390x'],
      ['QEMU', 'autopkgtest-buildvm-ubuntu-cloud -r jammy -a s390x', 'qemu autopkgtest-jammy-s390x.img'],
      ['schroot', 'mk-sbuild --arch=s390x jammy', 'schroot jammy-s390x'],
    ])
  })

  it.each([
    ['all of -proposed', aRun().allProposed(), ['--apt-pocket=proposed']],
    ['the baseline', aRun().triggeredBy('migration-reference/0'), []],
    ['no trigger', aRun().with({ triggers: null }), []],
    ['a PPA', aRun().with({ env: 'ppas=joe/tools' }), []],
  ])('takes from the pockets what the run did: %s', (_, run, expected) => {
    expect(ofRun(run).words.filter(word => word.startsWith('--apt-pocket'))).toEqual(expected)
  })

  it.each<[string, RunBuilder, Subtest[], string[]]>([
    [
      'the one that failed',
      aRun().failing(),
      [named('a', 'PASS'), named("it's $b"), named('c', 'SKIP')],
      ["it's $b"],
    ],
    ['each that failed, once', aRun().failing(), [named('a'), named('b'), named('a')], ['a', 'b']],
    ['the one that was asked for', aRun().failing().ofTestname('smoke'), [named('a')], ['smoke']],
    ['all where none failed', aRun(), [named('a', 'PASS'), named('b', 'FLAKY')], []],
    ['all where nobody knows its name', aRun(), [named('*')], []],
    ['all where many failed', aRun(), Array.from({ length: 11 }, (_, n) => named(`t${n}`)), []],
  ])('runs %s', (_, run, subtests, expected) => {
    const names = ofRun(run, subtests).words.filter(word => word.startsWith('--test-name='))
    expect(names).toEqual(expected.map(name => `--test-name=${name}`))
  })

  it('gives variables as they were, whatever they hold', () => {
    const { words } = ofRun(aRun().with({ env: `all-proposed=1,A='$(id)' "x" ~,B_2=;rm -rf *` }))
    expect(words).toContain(`--env=A='$(id)' "x" ~`)
    expect(words).toContain('--env=B_2=;rm -rf *')
  })

  it('adds a PPA without its credential, and says so', () => {
    const { words, notes } = ofRun(aRun().with({ env: 'ppas=joe:s3cr3t@team/tools:ABCDEF0123456789' }))
    expect(words.find(word => word.startsWith('--setup-commands='))).toMatch(
      /add-apt-repository -y ppa:team\/tools$/,
    )
    expect(notes).toContain('credential of a PPA is left out')
    expect(words.join() + notes).not.toContain('s3cr3t')
  })

  it.each([
    [
      'a trigger',
      aRun().triggeredBy('evil\u001b[2J/1', 'glibc/2'),
      'A trigger is left out: it holds control',
    ],
    [
      'a trigger that turns the writing',
      aRun().triggeredBy('evil/\u202e1'),
      'A trigger is left out: it holds control',
    ],
    ['a trigger that is none', aRun().triggeredBy('evil,src:x/1/2'), 'A trigger is left out: it is not'],
    ['an option for a trigger', aRun().triggeredBy('--evil/1'), 'A trigger is left out: it is not'],
    ['a variable', aRun().with({ env: 'A=evil\u0007' }), 'A variable is left out: it holds control'],
    [
      'a login in a variable',
      aRun().with({ env: 'A=https://u:evil@host/' }),
      'A variable is left out: it holds a cred',
    ],
    ['what is no variable', aRun().with({ env: '--evil' }), 'A part of the environment is left out'],
    ['a PPA that is none', aRun().with({ env: 'ppas=evil;reboot/x' }), 'A PPA is left out'],
    ['the name of a test', aRun().ofTestname('evil\u0000'), 'The name of a test is left out'],
    ['half a character', aRun().ofTestname('evil\ud800'), 'The name of a test is left out'],
  ])('leaves out %s, says so, and does not repeat it', (_, run, said) => {
    const { words, notes } = ofRun(run)
    expect(notes).toContain(said)
    expect(words.join() + notes).not.toContain('evil')
  })

  it.each([
    [null, 'Which version was tested is not known'],
    ['', 'Which version was tested is not known'],
    ['unknown', 'Which version was tested is not known'],
    ['blacklisted', 'Which version was tested is not known'],
    ['E: Unable to locate $(package)', 'Which version was tested is not known'],
    [
      '1:2.10~rc1-3',
      "the run had 1:2.10~rc1-3. If that is gone from the archive: pull-lp-source hello '1:2.10~rc1-3'",
    ],
  ])('says what cannot be had again: version %s', (version, said) => {
    expect(ofRun(aRun().with({ version })).notes).toContain(said)
  })

  it('says that -proposed has other versions by now', () => {
    expect(ofRun(aRun().triggeredBy('glibc/2.39-0ubuntu9')).notes).toContain(
      'the run had glibc/2.39-0ubuntu9.',
    )
    expect(ofRun(aRun().allProposed()).notes).toContain('not as it was then')
  })

  it.each(['--output-dir=x', 'a b', 'x\n', '../x', "a'b", ''])('has no command for a package %j', name => {
    expect(reproduce(aRun().of(name), undefined).commands).toEqual([])
  })
})
