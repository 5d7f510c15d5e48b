import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ServerControl, startKept } from './keeper.ts'
import { reservePorts } from './ports.ts'

/** How to reach a private OpenID 2.0 provider. */
export interface OpenidFacts {
  /** For `[login] openid_url`. */
  url: string
  /** Says who comes next: the provider asks nobody anything. At first it is `alice`. */
  logInAs(nickname: string): Promise<void>
}

/** Starts an OpenID provider of its own. It takes a fraction of a second. */
export async function startOpenidProvider(): Promise<OpenidFacts & ServerControl> {
  const [settings, control] = await startKept('openid-provider.py', [await reservePorts()])
  return {
    url: settings('OPENID_URL'),
    logInAs: nickname => writeFile(join(control.directory, 'nickname'), nickname),
    ...control,
  }
}
