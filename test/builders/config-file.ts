import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'

/** A folder for each test of a file, in which configuration files are written. */
export interface ConfigFolder {
  readonly path: string
  /** Reads a file with these lines; this machine's own environment and files have no effect. */
  read(
    lines: readonly string[],
    env?: Record<string, string>,
    options?: object,
  ): ReturnType<typeof readConfig> & { readonly file: string }
}

/** Must be called once, outside of tests. */
export function configFolder(): ConfigFolder {
  let path = ''
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'config-'))
  })
  afterEach(() => rmSync(path, { recursive: true, force: true }))
  return {
    get path() {
      return path
    },
    read(lines, env = {}, options = {}) {
      const file = join(path, 'site.conf')
      writeFileSync(file, lines.join('\n'), { mode: 0o600 })
      return { ...readConfig({ file, env, ...options }), file }
    },
  }
}

export const SWIFT = [
  '[swift]',
  'os_auth_url = https://keystone.example.org:5000/v3',
  'os_username = u',
  'os_password = p%ss',
  'os_project_name = proj',
  'os_project_domain_name = default',
  'os_user_domain_name = default',
  'os_identity_api_version = 3',
]

/** The file of the older website. */
export const OLDER = [
  '[web]',
  'database=/home/ubuntu/autopkgtest.db',
  'database_public=/home/ubuntu/public/autopkgtest.db',
  'external_swift_url=https://objects.example.org/v1/AUTH_x/',
  'releases=jammy noble',
  '  questing',
  'stats_cache_dir=/var/cache/stats',
  'ppa_containers_cache_dir=/var/cache/ppas',
  'archive_url=http://archive.ubuntu.com/ubuntu/',
  'amqp_queue_cache=/var/lib/cache-amqp/queued.json',
  'running_cache=/run/amqp-status-collector/running.json',
  'alert=/etc/autopkgtest-website/alert.txt',
  'allowed_requestors=autopkgtest-requestors',
  '[amqp]',
  'uri=amqp://web:secret@rabbit.example.org',
  ...SWIFT,
  '[github]',
  'secrets=/etc/secrets.json',
  'status_credentials=/etc/credentials',
]
