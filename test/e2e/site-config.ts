import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RabbitmqFacts, SwiftFacts } from '../servers/harness/index.ts'

export interface SiteConfig {
  /** Where its data go; the file is beside that folder. */
  readonly folder: string
  readonly releases: readonly string[]
  readonly arches?: readonly string[]
  /** `postgresql://…`; SQLite in the data folder without it. */
  readonly database?: string
  /** Embedded without it. */
  readonly broker?: Pick<RabbitmqFacts, 'url'>
  /** With a login, as a stranger at a public address, or a folder. */
  readonly store: SwiftFacts | { readonly publicUrl: string } | { readonly path: string }
  /** The queue of completions, if another than the database's own. */
  readonly completeQueue?: string
  /** More lines of [web]. */
  readonly web?: Readonly<Record<string, string>>
  /** More sections. */
  readonly sections?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Sections for a site where joe logs in by saying so, and may request what he likes. */
export const JOE_UPLOADS = {
  login: { provider: 'local', users: 'joe' },
  launchpad: { provider: 'static', static_uploaders: 'joe' },
}

/** Writes a configuration file as an operator does, and returns its path. */
export function writeSiteConfig(config: SiteConfig): string {
  const file = join(config.folder, 'autopkgtest-cloud.conf')
  const sections: Record<string, Readonly<Record<string, string>>> = {
    web: {
      releases: config.releases.join(' '),
      arches: (config.arches ?? ['amd64']).join(' '),
      data_dir: join(config.folder, 'data'),
      listen: '127.0.0.1:0',
      ...(config.database === undefined ? {} : { database: config.database }),
      // Nothing listens there: no test asks a real archive
      archive_url: 'http://127.0.0.1:9/ubuntu',
      ...config.web,
    },
    amqp: {
      uri: config.broker?.url ?? 'embedded:',
      ...(config.completeQueue === undefined ? {} : { complete_queue: config.completeQueue }),
    },
    ...storeSections(config.store),
    ...config.sections,
  }
  const lines = Object.entries(sections).flatMap(([name, values]) => [
    `[${name}]`,
    ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
    '',
  ])
  writeFileSync(file, lines.join('\n'), { mode: 0o600 })
  return file
}

function storeSections(store: SiteConfig['store']): Record<string, Record<string, string>> {
  if ('path' in store) return { storage: { uri: `file:${store.path}` } }
  if ('publicUrl' in store) return { swift: { storage_url: store.publicUrl } }
  return {
    swift: {
      os_auth_url: store.authUrl,
      os_username: store.username,
      os_password: store.password,
      os_project_name: store.projectName,
      os_project_domain_name: store.projectDomainName,
      os_user_domain_name: store.userDomainName,
      os_identity_api_version: '3',
    },
  }
}
