import { existsSync } from 'node:fs'
import { describe, it } from 'vitest'

/** The files that show that a group of `install.sh` is installed. */
const proofs = {
  rabbitmq: ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
  swift: ['/usr/bin/swift-proxy-server', '/usr/bin/memcached', '/usr/bin/keystone-manage', '/usr/bin/uwsgi'],
  postgres: ['/usr/lib/postgresql'],
  openid: ['/usr/lib/python3/dist-packages/openid/server/server.py'],
  chromium: ['/usr/bin/chromium'],
  clients: ['/usr/bin/curl', '/usr/bin/wget', '/usr/bin/python3'],
  autopkgtest: ['/usr/bin/autopkgtest', '/usr/bin/git'],
  testbed: ['/usr/bin/schroot', '/usr/bin/mmdebstrap'],
  proxies: ['/usr/sbin/haproxy', '/usr/sbin/nginx', '/usr/bin/openssl'],
  monitoring: ['/usr/bin/promtool'],
  wrk: ['/usr/bin/wrk'],
  faketime: ['/usr/bin/faketime'],
  packaging: ['/usr/bin/dpkg-deb', '/usr/bin/lintian', '/usr/bin/mmdebstrap'],
  systemd: ['/usr/bin/systemd-analyze', '/usr/bin/systemd-notify'],
} as const
export type Need = keyof typeof proofs

/**
 * A `describe` that says why when it cannot run: its tests are skipped and its title ends in the reason, which
 * `npm test` repeats at the end. Where `CI` is `true` it fails instead.
 */
export function describeWith(needs: readonly Need[], title: string, suite: () => void): void {
  const missing = needs.filter(need => !proofs[need].every(file => existsSync(file)))
  if (missing.length === 0) {
    describe(title, suite)
    return
  }
  const reason = `not installed: ${missing.join(', ')}; see scripts/services/install.sh`
  if (process.env.CI === 'true') {
    it(`${title} (cannot run: ${reason})`, () => {
      throw new Error(reason)
    })
  } else {
    describe.skip(`${title} (cannot run: ${reason})`, suite)
  }
}

/**
 * The same for what some machines do not allow at all, whatever is installed: skipped with that reason, and no failure, in CI neither.
 * @param forbidden why this machine does not allow it, if so
 */
export function describeWhereAllowed(
  forbidden: string | undefined,
  needs: readonly Need[],
  title: string,
  suite: () => void,
): void {
  if (forbidden === undefined) describeWith(needs, title, suite)
  else describe.skip(`${title} (cannot run: ${forbidden})`, suite)
}

/**
 * A `describe` for what is only run by hand: skipped, with the reason in its title, unless `variable` is set in the
 * environment. That is no failure, in CI neither.
 */
export function describeIfSet(variable: string, title: string, suite: (value: string) => void): void {
  const value = process.env[variable]
  if (value) describe(title, () => suite(value))
  else describe.skip(`${title} (cannot run: ${variable} is not set)`, () => suite(''))
}
