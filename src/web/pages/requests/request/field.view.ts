import type { RequestProblem } from '../../../../domain/request/request-problems.ts'
import { type Child, markup } from '../../../ui/markup/markup.ts'

export interface FieldProps {
  readonly id: string
  readonly label: string
  readonly problems: readonly RequestProblem[]
  readonly children?: Child
}

/** A label, what it labels, and what is wrong with that. */
export function Field({ id, label, problems, children }: FieldProps) {
  return markup`
    <div class="field">
      <label class="name" for="${id}">${label}</label>
      ${children}
      ${Problems({ id: `${id}-problem`, problems })}
    </div>
  `
}

/** What is wrong with a field, beside it; script says it there too. */
export function Problems({ id, problems }: { id: string; problems: readonly RequestProblem[] }) {
  return markup`<p class="problem" id="${id}">${problems.map(one => one.text).join('. ')}</p>`
}
