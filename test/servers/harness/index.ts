/**
 * Private real servers for tests. A suite in `test/servers/` or `test/e2e/` looks like this:
 *
 * ```ts
 * import { beforeAll, expect, it } from 'vitest'
 * import { describeWith, freshDatabase, freshProject, freshVhost } from './harness/index.ts'
 *
 * // Instead of `describe`: skipped with its reason where a server is not installed, failing there in CI.
 * describeWith(['rabbitmq', 'postgres'], 'download-results on real servers', () => {
 *   let broker: RabbitmqFacts
 *   beforeAll(async () => {
 *     broker = await freshVhost() // broker.url is amqp://…; empty, ours alone
 *   })
 *   it('…', async () => {
 *     const database = await freshDatabase() // database.url is postgresql://…
 *     const swift = await freshProject() // swift.authUrl, .username, .password, .projectName, .storageUrl, …
 *   })
 * })
 * ```
 *
 * These three share one server of each kind with all suites of the run: it starts when the first suite asks
 * (RabbitMQ 10 s, Swift with Keystone 15 s, PostgreSQL 2 s) and is never killed. A suite makes what it needs and
 * need not tidy up. In Swift it has an account of its own, so containers may have their real names
 * (`autopkgtest-noble`).
 *
 * A test that kills a server starts its own, and ends it:
 *
 * ```ts
 * const broker = await startRabbitmq() // also startPostgres(), startStandby(primary), startSwift({ tokenSeconds: 5 })
 * try {
 *   await broker.kill() // SIGKILL
 *   await broker.restart() // same ports, same data
 * } finally {
 *   await broker.stop() // and everything it left is removed
 * }
 * ```
 *
 * `startOpenidProvider()` is quick, so there is none to share: everybody starts their own.
 *
 * `makeVhost`, `makeDatabase` and `makeProject` are the `fresh…` functions for such a server. RabbitMQ writes
 * *declarations* to disk up to 2 s late: wait 2.5 s between declaring and `kill()` if they are to survive;
 * confirmed messages are safe at once. One run: `npx vitest run --project servers test/servers/YOURS.test.ts`.
 */
export { describeIfSet, describeWhereAllowed, describeWith } from './describe-with.ts'
export type { ServerControl } from './keeper.ts'
export { type OpenidFacts, startOpenidProvider } from './openid.ts'
export {
  makeDatabase,
  type PostgresFacts,
  type PostgresStandby,
  startPostgres,
  startStandby,
  urlOfAll,
} from './postgres.ts'
export {
  callManagement,
  makeVhost,
  type RabbitmqFacts,
  rabbitmqctl,
  setTracing,
  startRabbitmq,
} from './rabbitmq.ts'
export { freshDatabase, freshProject, freshVhost } from './shared.ts'
export { getToken, makeProject, type SwiftFacts, startSwift } from './swift.ts'
