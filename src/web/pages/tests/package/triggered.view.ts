import { OUTCOMES } from '../../../../domain/trigger/outcome.ts'
import type { TriggerVersions } from '../../../../queries/triggers/trigger-versions.ts'
import { links } from '../../../links.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { outcomeMark } from '../../../ui/facts/outcome.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { wrapping } from '../../../ui/markup/wrapping.ts'

/** The newest uploads are told; the others are one click away. */
const SHOWN = 3

/** What the newest uploads of a package came to at the tests that they triggered. */
export function Triggered({ triggered: { source, versions } }: { readonly triggered: TriggerVersions }) {
  return markup`
    <section>
      <h2>What it triggers</h2>
      <ul class="triggered">${versions.slice(0, SHOWN).map(version => upload(source, version))}</ul>
      <p>
        <a href="${links.triggerSource({ source })}">
          ${versions.length > SHOWN ? `All ${count(versions.length)} versions` : 'As a table'}
        </a>
      </p>
    </section>
  `
}

function upload(source: string, { version, counts }: TriggerVersions['versions'][number]): Markup {
  const trigger = { source, version }
  const told = OUTCOMES.flatMap(outcome => {
    const tests = counts[outcome]
    return tests === undefined
      ? []
      : [
          markup` <a class="plain" href="${links.trigger(trigger, { outcome })}">
              ${count(tests)} ${outcomeMark(outcome)}
            </a>
          `,
        ]
  })
  return markup`
    <li data-row><a class="mono" href="${links.trigger(trigger)}">${wrapping(version)}</a>:${told}</li>
  `
}
