import type { SubmittedRequest } from '../../../../backends/state/requests.ts'
import { links } from '../../../links.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

/** The button was not of this session, or is more than ten minutes old: does its owner want this? */
export function WithdrawAgainView({
  layout,
  request,
  token,
}: {
  readonly layout: LayoutData
  readonly request: SubmittedRequest
  readonly token: string
}) {
  const { uuid, package: name, release, arch } = request
  return Layout({
    layout,
    title: 'Withdraw a request',
    search: '',
    children: markup`
      <h1>Withdraw this request?</h1>
      <p>
        ${name} on ${release} ${arch}. You came here from another site, or from a page that is out of date.
      </p>
      <form action="${links.withdrawal({ uuid })}" method="post" class="deed">
        <input type="hidden" name="confirm" value="${token}"/>
        <button type="submit">Withdraw</button>
      </form>
      <p class="ways-on"><a href="${links.requestProgress({ uuid })}">Keep it in the queue</a></p>
    `,
  })
}
