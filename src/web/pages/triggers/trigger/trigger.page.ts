import type { TestOutcome } from '../../../../backends/derived/triggers.ts'
import { BadInput } from '../../../../domain/errors.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { TestKey } from '../../../../domain/test/test.ts'
import { isFailing, totalsOf } from '../../../../domain/trigger/outcome.ts'
import { isReference, type Trigger, triggerText } from '../../../../domain/trigger/trigger.ts'
import { type FailureText, havingText } from '../../../../queries/failures/failure-text.ts'
import { ownRescueRates, type RescueRate } from '../../../../queries/tests/rescue-rate.ts'
import { triggerIndexState } from '../../../../queries/triggers/trigger-index.ts'
import { triggerLive } from '../../../../queries/triggers/trigger-live.ts'
import { excuseOf, triggerOutcomes } from '../../../../queries/triggers/trigger-outcomes.ts'
import { liveJson } from '../../../api/live-json.ts'
import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import {
  failureTextOf,
  packageOutcomeText,
  readOutcomeFilter,
  readPackageOutcome,
} from '../../../parameters/outcome-filter.ts'
import { readLimit } from '../../../parameters/paging.ts'
import type { Web } from '../../../web.ts'
import { ReferenceView } from './reference.view.ts'
import { TriggerView } from './trigger.view.ts'

/** The outcomes of a trigger; 200 even for an unknown one. */
export const triggerPage: Page<'trigger'> = {
  from: ['derived', 'running', 'queued', 'minute'],
  render: ({ params, query }, web) =>
    query.get('format') === 'json' ? triggerJson(web, params, query) : triggerHtml(web, params, query),
}

export const triggerJsonPage: Page<'triggerJson'> = {
  from: ['derived', 'running', 'queued', 'minute'],
  async render({ params: trigger, query }, web) {
    // An ending that is a part of a version asks for nothing
    const whole = { ...trigger, version: `${trigger.version}.json` }
    const isName = (await web.derived.triggers.counts(whole)) !== undefined
    return isName ? triggerHtml(web, whole, query) : triggerJson(web, trigger, query)
  },
}

async function triggerHtml(web: Web, trigger: Trigger, query: URLSearchParams): Promise<Answer> {
  const layout = layoutOf(web)
  if (isReference(trigger)) return html(ReferenceView({ layout }))
  const filter = readOutcomeFilter(query)
  const after = readPackageOutcome(query.get('after'))
  const [found, live, spent] = await Promise.all([
    triggerOutcomes(web, trigger, filter, after, failureTextOf(filter)),
    triggerLive(web, trigger, new Date()),
    web.derived.triggers.machineTime(trigger),
  ])
  const next = found.next && links.trigger(trigger, { ...filter, after: packageOutcomeText(found.next) })
  return html(TriggerView({ layout, found, live, spent, filter, next, isFirst: after === undefined }))
}

/** Tests of one answer at most, some megabytes; `next` has the others. */
const MOST = 25_000
/** Of what runs, and of what waits. */
const MOST_LIVE = 1_000
/** How lines of failures are read. */
const MOST_READ = 5_000

/** All tests of a trigger, with exact counts over all of them whatever is filtered. */
async function triggerJson(web: Web, trigger: Trigger, query: URLSearchParams): Promise<Answer> {
  const filter = readOutcomeFilter(query)
  const failure = failureTextOf(filter)
  const limit = Math.min(readLimit(query, MOST), failure === undefined ? MOST : MOST_READ)
  const after = readTest(query.get('after'))
  const known = isReference(trigger) ? undefined : await web.derived.triggers.counts(trigger)
  const spent = known && (await web.derived.triggers.machineTime(trigger))
  const found =
    known === undefined ? [] : await web.derived.triggers.tests(trigger, filter, { limit: limit + 1, after })
  const part = found.slice(0, limit)
  const last = found.length > limit ? part.at(-1) : undefined
  const tests = failure === undefined ? part : await failingTests(web, part, failure)
  const rescue = await rescueOf(web, tests)
  const { isComplete } = await triggerIndexState(web)
  const excuse = await excuseOf(web, trigger)
  const live =
    after === undefined
      ? await triggerLive(web, trigger, new Date(), { shown: MOST_LIVE, ends: true })
      : undefined
  return json({
    trigger: triggerText(trigger),
    complete: isComplete,
    counts: totalsOf(known ?? []),
    machine_time: { runs: spent?.runs ?? 0, seconds: spent?.seconds ?? 0 },
    ...(live && liveJson(live.running, live.queued)),
    ...(excuse === undefined ? {} : { excuse: { verdict: excuse.verdict ?? null, lines: excuse.lines } }),
    tests: tests.map(test => testJson(test, rescue.get(test))),
    ...(last === undefined
      ? {}
      : { next: links.triggerJson(trigger, { ...filter, limit, after: testText(last) }) }),
  })
}

/** How often retries of the failed tests passed; this many are read by one query. */
async function rescueOf(web: Web, tests: readonly TestOutcome[]): Promise<Map<TestOutcome, RescueRate>> {
  const failed = tests.filter(({ outcome }) => isFailing(outcome))
  const rates = new Map<TestOutcome, RescueRate>()
  for (let from = 0; from < failed.length; from += RATES_AT_ONCE) {
    const some = failed.slice(from, from + RATES_AT_ONCE)
    for (const [place, rate] of (await ownRescueRates(web.derived, some)).entries())
      if (rate !== undefined) rates.set(some[place] as TestOutcome, rate)
  }
  return rates
}

const RATES_AT_ONCE = 500

const failingTests = (web: Web, tests: readonly TestOutcome[], failure: FailureText) =>
  havingText(
    web.derived,
    tests.filter(({ outcome }) => isFailing(outcome)),
    failure,
  )

function testJson(test: TestOutcome, rescue: RescueRate | undefined) {
  return {
    release: test.release,
    arch: test.arch,
    package: test.package,
    outcome: test.outcome,
    run_id: test.runId,
    version: test.version,
    exitcode: test.exitcode,
    result: verdictOf(test.exitcode),
    ...(isFailing(test.outcome) ? { retries: rescue ?? null } : {}),
    url: links.run(test),
  }
}

/** `noble/amd64/hello`: the test that was given last. */
const testText = ({ release, arch, package: name }: TestKey): string => `${release}/${arch}/${name}`

function readTest(text: string | null): TestKey | undefined {
  if (text === null || text === '') return undefined
  const [release, arch, ...rest] = text.toWellFormed().split('/')
  if (!release || !arch || rest.length === 0) throw new BadInput('“after” must be release/arch/package.')
  return { release, arch, package: rest.join('/') }
}
