import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ServerControl, services, startKept } from './keeper.ts'
import { reservePorts } from './ports.ts'

/** How to reach one virtual host of a private RabbitMQ. */
export interface RabbitmqFacts {
  /** For the `[amqp] uri` setting. */
  url: string
  host: string
  port: number
  user: string
  password: string
  vhost: string
  /** The management plug-in's HTTP API and pages. */
  managementUrl: string
  /** For `rabbitmqctl`. */
  directory: string
}

/** Starts a RabbitMQ of its own, for tests that kill it. */
export async function startRabbitmq(): Promise<RabbitmqFacts & ServerControl> {
  const [settings, control] = await startKept('rabbitmq.sh', [await reservePorts()])
  return {
    url: settings('AMQP_URL'),
    host: settings('AMQP_HOST'),
    port: Number(settings('AMQP_PORT')),
    user: settings('AMQP_USER'),
    password: settings('AMQP_PASSWORD'),
    vhost: settings('AMQP_VHOST'),
    managementUrl: settings('RABBITMQ_MANAGEMENT_URL'),
    ...control,
  }
}

/** Makes an empty virtual host in `broker`. It goes with the broker. */
export async function makeVhost(broker: RabbitmqFacts): Promise<RabbitmqFacts> {
  const vhost = `test-${randomUUID()}`
  await callManagement(broker, 'PUT', `vhosts/${vhost}`)
  await callManagement(broker, 'PUT', `permissions/${vhost}/${broker.user}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  })
  return {
    ...broker,
    vhost,
    url: `amqp://${broker.user}:${broker.password}@${broker.host}:${broker.port}/${vhost}`,
  }
}

/** Calls the management API (https://www.rabbitmq.com/docs/http-api-reference); `path` comes after `/api/`. */
export async function callManagement(
  broker: RabbitmqFacts,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${broker.managementUrl}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${btoa(`${broker.user}:${broker.password}`)}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** Turns the broker's trace of the virtual host on or off, as `rabbitmqctl trace_on` does, but in milliseconds. */
export async function setTracing(broker: RabbitmqFacts, on: boolean): Promise<void> {
  await callManagement(broker, 'PUT', `vhosts/${encodeURIComponent(broker.vhost)}`, { tracing: on })
}

/** Runs rabbitmqctl against the broker and returns what it prints. Takes a second or two. */
export async function rabbitmqctl(broker: RabbitmqFacts, ...args: string[]): Promise<string> {
  const run = promisify(execFile)
  const { stdout } = await run(join(services, 'rabbitmq.sh'), ['ctl', broker.directory, '-q', ...args])
  return stdout
}
