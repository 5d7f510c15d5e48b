import { onTestFinished } from 'vitest'
import { postgresState } from '../../src/backends/state/postgres/postgres.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import { silentLog as log } from '../../src/log.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { updateGithubJobsSuite } from '../daemons/update-github-jobs.suite.ts'
import { describeWith, freshDatabase, freshProject, freshVhost } from './harness/index.ts'

describeWith(
  ['rabbitmq', 'swift', 'postgres'],
  'update-github-jobs on RabbitMQ, Swift and PostgreSQL',
  () => {
    updateGithubJobsSuite(async () => {
      const broker = rabbitmqAt(await freshVhost())()
      const { storageUrl: _public, ...facts } = await freshProject()
      const store = swiftStore({ login: 'keystone', ...facts }, { log })
      onTestFinished(() => store.close())
      const { url } = await freshDatabase()
      return { broker, store, openState: () => postgresState({ url, log }) }
    })
  },
)
