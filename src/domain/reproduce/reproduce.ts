import type { Run } from '../run/run.ts'
import type { Subtest } from '../run/subtest.ts'
import { isArchName, isPackageName, isReleaseName } from '../test/test.ts'
import { shellQuote } from '../text/shell-quote.ts'
import { pocketOption } from '../trigger/apt-pocket-option.ts'
import { MIGRATION_REFERENCE, parseTrigger, splitTriggers } from '../trigger/trigger.ts'
import { testedVersion } from '../version/tested-version.ts'
import { isPrintable, type RequestEnv, readRequestEnv } from './request-env.ts'
import { type TestbedKind, testbedsOf } from './testbeds.ts'

/** How to run a test again on one's own machine. */
export interface Reproduction {
  /** One for each kind of testbed; empty if the row is too damaged to tell what to run. */
  readonly commands: readonly ReproductionCommand[]
  /** What the commands omit, and what is no longer available. Sentences. */
  readonly notes: readonly string[]
}

export interface ReproductionCommand {
  readonly testbed: TestbedKind['name']
  /** Makes the testbed; for a POSIX shell, like `command`. */
  readonly make: string
  /** Over several lines. */
  readonly command: string
}

/** The greatest number of failed tests that are named one by one. */
const MOST_TESTS = 10
/** The pocket in which triggers wait for their tests. */
const POCKET = 'proposed'

/**
 * The command that runs a test again, by autopkgtest(1): its triggers from the pocket, the parameters of its
 * request, and the tests that failed. Each value is one word of a POSIX shell, whatever it contains; values
 * that cannot be are omitted, with a note.
 * @param subtests undefined if they are not known
 */
export function reproduce(run: Run, subtests: readonly Subtest[] | undefined): Reproduction {
  if (!isPackageName(run.package) || !isReleaseName(run.release) || !isArchName(run.arch)) {
    return { commands: [], notes: ['The names of this test cannot be given to autopkgtest.'] }
  }
  const env = readRequestEnv(run)
  const { triggers, leftOut } = usableTriggers(run)
  const tests = testsToRun(env, subtests ?? [])
  const needs = { allProposed: env.allProposed, triggers, ppas: env.ppas }
  const pocket = pocketOption(needs, POCKET)
  const options = [
    '--apt-upgrade',
    ...pocket,
    ...env.ppas.map(addPpa),
    ...env.variables.map(variable => `--env=${variable}`),
    ...(triggers.length > 0 ? [`--env=ADT_TEST_TRIGGERS=${triggers.join(' ')}`] : []),
    ...tests.names.map(name => `--test-name=${name}`),
  ]
  const commands = testbedsOf(run).map(({ name, make, use }) => ({
    testbed: name,
    make: words(make),
    command: ['autopkgtest', ...options.map(shellQuote), `${shellQuote(run.package)} -- ${words(use)}`].join(
      ' \\\n  ',
    ),
  }))
  const notes = [
    versionNote(run),
    ...(pocket.length > 0 ? [pocketNote(triggers, env.allProposed)] : []),
    ...(triggers.length === 0 && leftOut.length === 0 ? ['What triggered this run is not recorded.'] : []),
    ...leftOut,
    ...env.leftOut,
    ...tests.leftOut,
    'Of what was asked for, only triggers, all-proposed and the name of a test are recorded with a run: other variables are in its log.',
  ]
  return { commands, notes }
}

const words = (list: readonly string[]): string => list.map(shellQuote).join(' ')

/** For the shell of the testbed: the name contains nothing special to a shell. */
const addPpa = (ppa: string): string =>
  `--setup-commands=apt-get install -y software-properties-common && add-apt-repository -y ppa:${ppa}`

function usableTriggers(run: Run): { triggers: string[]; leftOut: string[] } {
  const all = splitTriggers(run.triggers)
  const printable = all.filter(isPrintable)
  const triggers = printable.filter(text => isPackageName(parseTrigger(text)?.source ?? ''))
  return {
    triggers,
    leftOut: [
      ...(printable.length < all.length ? ['A trigger is left out: it holds control characters.'] : []),
      ...(triggers.length < printable.length
        ? ['A trigger is left out: it is not of the form source/version.']
        : []),
    ],
  }
}

/** The requested test, otherwise those that failed; an empty list means all. */
function testsToRun(env: RequestEnv, subtests: readonly Subtest[]): { names: string[]; leftOut: string[] } {
  const failed = subtests
    .filter(({ name, result }) => result === 'FAIL' && name !== '*')
    .map(({ name }) => name)
  const wanted = env.testname === undefined ? [...new Set(failed)] : [env.testname]
  if (wanted.length > MOST_TESTS) {
    return {
      names: [],
      leftOut: [`${wanted.length} tests failed: all are run. One alone: --test-name=NAME.`],
    }
  }
  const names = wanted.filter(isPrintable)
  const leftOut =
    names.length < wanted.length ? ['The name of a test is left out: it holds control characters.'] : []
  return { names, leftOut }
}

function versionNote(run: Run): string {
  const version = testedVersion(run.version ?? '')
  if (version === 'unknown' || version === 'blacklisted') {
    return 'Which version was tested is not known, and cannot be had again: this tests the one that the archive has now.'
  }
  const source = words(['pull-lp-source', run.package, version])
  return `This tests the version that the archive has now; the run had ${version}. If that is gone from the archive: ${source}, and its .dsc in place of the name.`
}

function pocketNote(triggers: readonly string[], allProposed: boolean): string {
  if (allProposed) return 'All of -proposed is used as it is now, not as it was then.'
  const then = triggers.filter(trigger => trigger !== MIGRATION_REFERENCE).slice(0, MOST_TESTS)
  const more = triggers.length > then.length ? ' and others' : ''
  return `What triggered it comes from -proposed in the version that is there now; the run had ${then.join(', ')}${more}. A version that has been superseded cannot be had from there again.`
}
