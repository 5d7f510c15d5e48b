import { attribute, markup } from '../ui/markup/markup.ts'
export interface ChoiceProps {
  readonly name: string
  readonly label: string
  readonly given: string | undefined
  readonly options: readonly string[]
}

/**
 * One of several words, or any. A given value stays an option even if it is no longer offered (an old release in a
 * link).
 */
export function Choice({ name, label, given, options }: ChoiceProps) {
  const all = given && !options.includes(given) ? [...options, given] : options
  return markup`
    <label>
      ${label}${' '}
      <select name="${name}">
        <option value="">any</option>
        ${all.map(
          option => markup`
            <option value="${option}"${attribute('selected', option === given)}>${option}</option>
          `,
        )}
      </select>
    </label>
  `
}
