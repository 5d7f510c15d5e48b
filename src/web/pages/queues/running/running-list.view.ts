import type { RunningTest } from '../../../../queries/queues/running.ts'
import type { PacedTest } from '../../../../queries/queues/running-pace.ts'
import { links } from '../../../links.ts'
import { paceBar } from '../../../ui/facts/pace-bar.ts'
import { requestedBriefly, requestedBy } from '../../../ui/facts/request-params.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/**
 * Each running test as a row with what it usually takes beside; its log is fetched when it is unfolded.
 * @param hasAnchors whether the first row of each package is where links to it lead
 */
export function runningList(tests: readonly PacedTest[], hasAnchors: boolean): Markup {
  const seen = new Set<string>()
  return markup`
    <div class="running-list">${tests.map(test => {
      const isFirst = hasAnchors && !seen.has(test.package)
      seen.add(test.package)
      return runningItem(test, isFirst)
    })}</div>
  `
}

function runningItem(test: PacedTest, isFirst: boolean): Markup {
  const key = test.id ?? `${test.package}/${test.release}/${test.arch}`
  return markup`
    <section class="running-test" data-row data-key="${key}"${isFirst && markup` id="pkg-${test.package}"`}>
      <div>${paceBar(test.duration, test.usual, test.pace)}</div>
      ${test.id === undefined ? withoutPage(test) : withPage(test, test.id)}
    </section>
  `
}

function withoutPage(test: PacedTest): Markup {
  return markup`
    <div>${test.package} ${test.release}/${test.arch}</div>
    <div class="quiet">${test.logtail}</div>
  `
}

function withPage(test: PacedTest, id: string): Markup {
  const href = links.runningTest({ id })
  return markup`
    <div>
      <a href="${links.package({ package: test.package })}">${test.package}</a>${' '}
      <a href="${links.test(test)}">${test.release}/${test.arch}</a>
    </div>
    <div>${requestedBriefly(test.params, href)}</div>
    <div>${requestedBy(test.params)}</div>\n
    <details data-on-demand="${links.runningTest({ id }, { show: 'tail' })}">
      <summary>Log</summary>
      <p><a href="${href}">Follow its log</a></p>
    </details>
  `
}

/** What needs attention, and why. */
export function stuckList(tests: readonly PacedTest[]): Markup {
  return markup`
    <ul class="stuck-list">${tests.map(test => {
      const { id } = test
      const name = `${test.package} ${test.release}/${test.arch}`
      return markup`
        <li data-row>
          ${id === undefined ? name : markup`<a href="${links.runningTest({ id })}">${name}</a>`}${' '}
          ${paceBar(test.duration, test.usual, test.pace)}
        </li>
      `
    })}</ul>
  `
}

/** Packages whose tests stand on later pages: what leads to them by name finds them here. */
export function otherPackages(rest: readonly RunningTest[], shown: readonly RunningTest[]): Markup {
  const here = new Set(shown.map(test => test.package))
  const others = [...new Set(rest.map(test => test.package))].filter(name => !here.has(name))
  if (others.length === 0) return NOTHING
  return markup`
    <p class="also">
      Also:${' '}
      ${others.map(
        name => markup`<a id="pkg-${name}" href="${links.running({ package: name })}">${name}</a> `,
      )}
    </p>
  `
}
