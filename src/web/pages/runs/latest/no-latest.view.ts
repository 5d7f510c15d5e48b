import type { Latest } from '../../../../domain/run/latest.ts'
import type { TestKey } from '../../../../domain/test/test.ts'
import type { LatestRun } from '../../../../queries/tests/latest-run.ts'
import { links } from '../../../links.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

export interface NoLatestViewProps {
  readonly layout: LayoutData
  readonly test: TestKey
  readonly latest: Latest
  readonly searchedOnly: LatestRun['searchedOnly']
}

const WORDS: Readonly<Record<Latest, string>> = {
  latest: 'run',
  'latest-pass': 'run that passed',
  'latest-fail': 'run that failed',
}

/** There is no such run: the test never ran, never passed, or never failed. */
export function NoLatestView({ layout, test, latest, searchedOnly }: NoLatestViewProps) {
  const { package: name, release, arch } = test
  return Layout({
    layout,
    title: `No ${WORDS[latest]}`,
    search: name,
    children: markup`
      <h1>No ${WORDS[latest]}</h1>
      ${
        searchedOnly === undefined
          ? markup`
            <p>
              ${name} has no ${WORDS[latest]} on ${release} ${arch} so far. This address will lead to the first one.
            </p>
          `
          : markup`
            <p>
              None of the newest ${count(searchedOnly)} runs of ${name} on ${release} ${arch} is a${' '}
              ${WORDS[latest]}. Older ones can be found here once the index of runs is complete.
            </p>
          `
      }
      <p class="ways-on">
        <a href="${links.test(test)}">Runs on ${release} ${arch}</a>${' '}
        <a href="${links.package({ package: name })}">All of ${name}</a>${' '}
        <a href="${links.runningPackage(name)}">What runs now</a>
      </p>
    `,
  })
}
