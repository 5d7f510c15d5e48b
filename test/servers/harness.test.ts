import { Client } from 'pg'
import { expect, it } from 'vitest'
import {
  describeWith,
  freshDatabase,
  freshProject,
  freshVhost,
  getToken,
  rabbitmqctl,
} from './harness/index.ts'

describeWith(['rabbitmq', 'swift', 'postgres'], 'shared servers', () => {
  it('gives each caller an empty database', async () => {
    const database = await freshDatabase()
    const client = new Client(database.url)
    await client.connect()
    const { rows } = await client.query('SELECT current_database() AS name')
    await client.end()
    expect(rows).toEqual([{ name: database.database }])
  })
  it('gives each caller an empty virtual host', async () => {
    const broker = await freshVhost()
    expect(await rabbitmqctl(broker, 'list_queues', '-p', broker.vhost)).toBe('')
  })
  it('gives each caller an empty account', async () => {
    const swift = await freshProject()
    const answer = await fetch(swift.storageUrl, { headers: { 'x-auth-token': await getToken(swift) } })
    expect(answer.status).toBe(204)
  })
})
