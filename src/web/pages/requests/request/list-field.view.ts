import type { RequestProblem } from '../../../../domain/request/request-problems.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'
import { Problems } from './field.view.ts'

export interface ListFieldProps {
  /** The parameter. */
  readonly name: 'trigger' | 'ppa'
  readonly legend: string
  /** What one of them is called. */
  readonly one: string
  readonly hint: string
  readonly values: readonly string[]
  /** The number of empty fields that follow; a script reduces it to one, and adds more. */
  readonly empty: number
  readonly problems: readonly RequestProblem[]
}

/** Any number of values, a field each. */
export function ListField({ name, legend, one, hint, values, empty, problems }: ListFieldProps) {
  const all = [...values, ...Array<string>(empty).fill('')]
  const ofAll = problems.filter(({ value }) => value === undefined)
  return markup`
    <fieldset class="field" id="${name}" aria-describedby="${name}-hint ${name}-problem">
      <legend>${legend}</legend>
      <p class="hint" id="${name}-hint">${hint}</p>
      <ul class="values" data-list="${name}" data-one="${one}">${all.map((value, index) => {
        const id = `${name}-${index + 1}`
        const own = problems.filter(about => value !== '' && about.value === value)
        return markup`
          <li>
            <input
              id="${id}"
              name="${name}"
              class="mono"
              value="${value}"
              aria-label="${one} ${index + 1}"
              maxlength="500"
              ${attribute('required', name === 'trigger' && index === 0)}
              autocomplete="off"
              autocapitalize="none"
              spellcheck="false"
              ${attribute('aria-invalid', own.length > 0 ? 'true' : undefined)}
              aria-describedby="${id}-problem"
              data-check="${name}"
            />
            ${Problems({ id: `${id}-problem`, problems: own })}
          </li>
        `
      })}</ul>
      ${Problems({ id: `${name}-problem`, problems: ofAll })}
    </fieldset>
  `
}
