import type { Moment } from '../../backends/derived/moments.ts'
import { parsePackageList } from '../../contracts/files/package-list.ts'
import { BadInput } from '../../domain/errors.ts'
import { isRunId, runIdClock, runIdTime } from '../../domain/run/run-id.ts'
import { isReleaseName } from '../../domain/test/test.ts'
import { TEST_CHANGES, type TestChange } from '../../domain/test/test-change.ts'
import type { PackageChoice } from '../../queries/tests/package-selection.ts'

/** What is compared, and narrowed to what. */
export const CHANGE_PARAMETERS = ['release', 'from', 'to', 'arch', 'team', 'list', 'packages'] as const

export type GivenChanges = Readonly<Record<(typeof CHANGE_PARAMETERS)[number], string>>

export interface NamedMoment {
  /** As it is said on the page: `2026-09-01 00:00:00 UTC`, `now`. */
  readonly words: string
  readonly moment: Moment
}

export interface ChangesAsked {
  /** As given, with what stands for what was not. */
  readonly given: GivenChanges
  readonly from: NamedMoment
  readonly to: NamedMoment
  readonly arches: readonly string[] | undefined
  readonly choice: PackageChoice
}

const DAY_MS = 86_400_000
/** Without a day to begin with it is a week. */
const DEFAULT_DAYS = 7
const LONGEST = 120
/** The number of packages that can be pasted. */
export const MOST_PASTED = 5_000
/** In an address, where a form is not needed. */
export const LONGEST_IN_ADDRESS = 3_000

/**
 * `release` (the newest by default), `from` and `to` (a day, a run or a release; now by default), `arch` (several,
 * separated by spaces), `team`, `list`, `packages`. Throws BadInput for invalid ones.
 * @param releases those of the site, the newest last
 */
export function readChanges(query: URLSearchParams, releases: readonly string[], now: Date): ChangesAsked {
  const text = (name: (typeof CHANGE_PARAMETERS)[number]): string =>
    (query.get(name) ?? '').trim().slice(0, LONGEST).toWellFormed()
  const release = text('release') || (releases.at(-1) ?? '')
  if (!isReleaseName(release)) throw new BadInput(`“${release}” is not the name of a release.`)
  const weekAgo = new Date(now.getTime() - DEFAULT_DAYS * DAY_MS).toISOString().slice(0, 10)
  const packages = query.get('packages') ?? ''
  const given = {
    ...{ release, from: text('from') || weekAgo, to: text('to') },
    ...{ arch: text('arch'), team: text('team'), list: text('list'), packages },
  }
  const pasted = parsePackageList(packages, MOST_PASTED)
  const arches = given.arch.split(/[\s,]+/).filter(Boolean)
  return {
    given,
    from: readMoment('from', given.from, release, releases),
    to: readMoment('to', given.to, release, releases),
    arches: arches.length === 0 ? undefined : arches,
    choice: {
      team: given.team || undefined,
      list: given.list || undefined,
      packages: pasted.length === 0 ? undefined : pasted,
    },
  }
}

function readMoment(name: string, text: string, release: string, releases: readonly string[]): NamedMoment {
  if (text === '') return { words: 'now', moment: { release, before: undefined } }
  if (releases.includes(text)) return { words: `${text}, now`, moment: { release: text, before: undefined } }
  const time = isRunId(text) ? runTime(text) : dayTime(text)
  if (time === undefined) {
    throw new BadInput(`“${name}” must be a day (2026-09-01), the id of a run, or a release of this site.`)
  }
  const iso = new Date(time).toISOString()
  return {
    words: `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`,
    moment: { release, before: secondAfter(time) },
  }
}

/** Only of a time that a clock shows. */
const runTime = (runId: string): number | undefined =>
  runIdClock(runId) === undefined ? undefined : runIdTime(runId)

function dayTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined
  const time = Date.parse(`${text}T00:00:00Z`)
  // The 31st of a month with 30 days does not exist
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : time
}

/** As run ids begin: what had ended by then comes before it. */
function secondAfter(time: number): string {
  return new Date(time + 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
}

/** `show`: one of what can become of a test; undefined: all of it. */
export function readShown(text: string | null): TestChange | undefined {
  const word = (text ?? '').toLowerCase().replaceAll('-', ' ')
  if (word === '' || word === 'all') return undefined
  const change = TEST_CHANGES.find(one => one === word)
  if (change === undefined) throw new BadInput(`“show” must be one of: ${TEST_CHANGES.join(', ')}, all.`)
  return change
}
