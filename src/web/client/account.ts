/** Set beside the session, which script cannot read. */
const SHOWN = 'signed_in_as'

/** The user who is logged in, as far as this browser knows. */
function signedInAs(): string | undefined {
  const found = document.cookie.split('; ').find(cookie => cookie.startsWith(`${SHOWN}=`))
  if (found === undefined) return undefined
  try {
    return decodeURIComponent(found.slice(SHOWN.length + 1)) || undefined
  } catch {
    return undefined
  }
}

function link(text: string, href: string): HTMLAnchorElement {
  const made = document.createElement('a')
  made.href = href
  made.textContent = text
  return made
}

/** Pages that are the same for everybody do not say who reads them: says so in the header. */
export function showAccount(): void {
  const account = document.querySelector('header.site .account[data-anonymous]')
  const name = signedInAs()
  if (account === null || name === undefined) return
  account.replaceChildren(link(name, `/user/${encodeURIComponent(name)}/`), ' ', link('Log out', '/logout'))
}

/** Steps that need nothing of the reader but a press of a button. */
export function submitAtOnce(): void {
  document.querySelector<HTMLFormElement>('form[data-submit-at-once]')?.requestSubmit()
}
