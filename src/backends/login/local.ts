import type { ChoiceLogin } from './login.ts'

/** Named users of the configuration, who are not verified: for a service on one's own machine. */
export function localLogin({ users }: { users: readonly string[] }): ChoiceLogin {
  return {
    kind: 'choice',
    users,
    choose: name => (users.includes(name) ? { claimedId: `local:${name}`, nickname: name } : undefined),
    close: async () => {},
  }
}
