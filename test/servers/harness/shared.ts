import { inject } from 'vitest'
import { makeDatabase, type PostgresFacts } from './postgres.ts'
import { makeVhost, type RabbitmqFacts } from './rabbitmq.ts'
import { makeProject, type SwiftFacts } from './swift.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `global-setup.ts` tells how to reach the shared servers. */
    serversUrl: string
  }
}

interface SharedServers {
  rabbitmq: RabbitmqFacts
  swift: SwiftFacts
  postgres: PostgresFacts
}
export type ServerName = keyof SharedServers

/** Tells how to reach a server that all suites share; the first to ask waits until it has started. */
async function getShared<Name extends ServerName>(name: Name): Promise<SharedServers[Name]> {
  const answer = await fetch(`${inject('serversUrl')}/${name}`)
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as SharedServers[Name]
}

/** An empty virtual host in the shared RabbitMQ. */
export async function freshVhost(): Promise<RabbitmqFacts> {
  return makeVhost(await getShared('rabbitmq'))
}

/** An empty database in the shared PostgreSQL. */
export async function freshDatabase(): Promise<PostgresFacts> {
  return makeDatabase(await getShared('postgres'))
}

/** An empty project, with a user of its own, in the shared Swift and Keystone. */
export async function freshProject(): Promise<SwiftFacts> {
  return makeProject(await getShared('swift'))
}
