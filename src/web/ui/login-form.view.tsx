/** Leads to the login provider, and back to a page of this site. The words and fields are known to clients. */
export function LoginForm({ next, action = '/login' }: { readonly next: string; readonly action?: string }) {
  return (
    <form action={action} method="post" class="login">
      <input type="hidden" name="next" value={next} />
      <button type="submit">Log in with Ubuntu SSO</button>
    </form>
  )
}
