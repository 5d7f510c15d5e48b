import { hasPassed, verdictOf } from '../../../../domain/run/verdict.ts'
import type { ComparedRuns } from '../../../../queries/compare/compared-runs.ts'
import type { ComparedTestbeds } from '../../../../queries/compare/compared-testbeds.ts'
import { links } from '../../../links.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

/** How much changed between two runs, in a line that the page of the later one takes up. */
export function SincePass({
  layout,
  runs: { from, to },
  testbeds,
}: {
  readonly layout: LayoutData
  readonly runs: ComparedRuns
  readonly testbeds: ComparedTestbeds
}) {
  const since = hasPassed(verdictOf(from.exitcode)) ? 'since the last pass' : 'since that run'
  return Layout({
    layout,
    title: `What changed in the testbed of ${to.package}`,
    children: markup`
      <h1>What changed</h1>
      <p>
        <span data-included="true">${' '}
          ${
            testbeds.changes === undefined
              ? `What changed in the testbed is not known: ${testbeds.unknown}.`
              : sentence(testbeds.changes, since)
          }
        </span>${' '}
        <a href="${links.comparison(from, to)}">Compare the two</a>
      </p>
    `,
  })
}

function sentence({ changed, ofTriggers }: NonNullable<ComparedTestbeds['changes']>, since: string): string {
  if (changed === 0) return `No package of the testbed changed ${since}.`
  const own =
    ofTriggers === 0
      ? 'none of them is built from a trigger'
      : `${count(ofTriggers)} of them ${ofTriggers === 1 ? 'is' : 'are'} built from the triggers`
  return `${counted(changed, 'package')} of the testbed changed ${since}; ${own}.`
}
