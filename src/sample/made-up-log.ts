import type { MadeRequest, MadeUpOutcome } from './stories.ts'

/** The first line of every made-up log. */
export const MADE_UP =
  'MADE UP: no test has run. This log was written for the sample site, as the story of its package goes.'

/**
 * The log of a made-up run, in autopkgtest's format.
 * @param began when the run began
 */
export function makeLog(request: MadeRequest, outcome: MadeUpOutcome, began: Date): string {
  const { package: name, release, arch } = request
  const { seconds, version, tests, trouble } = outcome
  const lines: string[] = []
  const stamp = (elapsed: number) => `${String(elapsed).padStart(3)}s `
  const clock = (elapsed: number) => new Date(began.getTime() + elapsed * 1000).toISOString().slice(11, 19)
  const say = (elapsed: number, text: string) => lines.push(stamp(elapsed) + text)
  const own = (elapsed: number, text: string) => say(elapsed, `autopkgtest [${clock(elapsed)}]: ${text}`)
  const date = began.toISOString().slice(0, 19).replace('T', ' ')
  const source = name.startsWith('lib') ? name.slice(0, 4) : name.slice(0, 1)

  say(0, MADE_UP)
  own(0, `starting date and time: ${date}+0000`)
  own(0, 'version 5.49')
  own(0, `host made-up-${arch}; command line: ${commandLine(request)} -- schroot adt-${release}`)
  const setUp = Math.min(40, Math.round(seconds / 6))
  own(setUp >> 1, `testbed dpkg architecture: ${arch}`)
  own(setUp >> 1, 'testbed apt version: 3.0.3')
  own(setUp >> 1, '@@@@@@@@@@@@@@@@@@@@ test bed setup')
  say(setUp, `Get:1 http://archive.invalid/debian ${release}-proposed InRelease [48.2 kB]`)
  own(setUp, 'testbed running kernel: Linux 6.12.48 #1 SMP')
  if (trouble !== undefined) {
    own(seconds, trouble)
    return `${lines.join('\n')}\n`
  }
  own(setUp, `@@@@@@@@@@@@@@@@@@@@ apt-source ${name}`)
  say(
    setUp,
    `Get:1 http://archive.invalid/debian ${release}/main ${source} ${name} ${version} (dsc) [1,530 B]`,
  )
  own(setUp, `testing package ${name} version ${version}`)
  own(setUp, 'build not needed')
  for (const [place, { name: test, result, lines: printed }] of tests.entries()) {
    const from = setUp + Math.round(((seconds - setUp) * place) / tests.length)
    const to = setUp + Math.round(((seconds - setUp) * (place + 1)) / tests.length)
    if (result.startsWith('SKIP')) {
      say(from, `${test.padEnd(20)} ${result}`)
      continue
    }
    own(from, `test ${test}: preparing testbed`)
    say(from, 'Reading package lists...')
    say(from, `Setting up ${name} (${version}) ...`)
    own(from, `test ${test}: [-----------------------`)
    for (const line of printed) say(to, line)
    if (result.endsWith('timed out'))
      own(to, 'ERROR: timed out on command "su -s /bin/bash debci -c run" (kind: test)')
    own(to, `test ${test}: -----------------------]`)
    own(to, `test ${test}:  - - - - - - - - - - results - - - - - - - - - -`)
    say(to, `${test.padEnd(20)} ${result}`)
  }
  own(seconds, '@@@@@@@@@@@@@@@@@@@@ summary')
  for (const { name: test, result } of tests) say(seconds, `${test.padEnd(20)} ${result}`)
  return `${lines.join('\n')}\n`
}

/** The arguments of autopkgtest: the head of a log tells its request. */
function commandLine({ package: name, triggers, allProposed, testname }: MadeRequest): string {
  const sources = triggers.map(trigger => trigger.split('/')[0] as string)
  const isReference = sources.includes('migration-reference')
  const pocket = allProposed ? 'proposed' : `proposed=${sources.map(source => `src:${source}`).join(',')}`
  return [
    `/usr/bin/autopkgtest --output-dir /tmp/out ${name} --apt-upgrade --timeout-test=10000`,
    ...(isReference || sources.length === 0 ? [] : [`--apt-pocket=${pocket}`]),
    ...(sources.length === 0 ? [] : [`'--env=ADT_TEST_TRIGGERS=${triggers.join(' ')}'`]),
    ...(testname === undefined ? [] : [`--test-name=${testname}`]),
  ].join(' ')
}
