import { rabbitmqBroker } from '../../src/backends/broker/rabbitmq.ts'
import { silentLog } from '../../src/log.ts'
import { brokerContract } from '../backends/broker.contract.ts'
import { describeWith, freshVhost } from './harness/index.ts'

describeWith(['rabbitmq'], 'the broker on RabbitMQ', () => {
  brokerContract('RabbitMQ', async () => {
    const { url: uri } = await freshVhost()
    const connect = () => rabbitmqBroker({ uri, log: silentLog })
    const [broker, second] = [connect(), connect()]
    return {
      broker,
      second,
      connect,
      engine: { uri },
      close: async () => void (await Promise.all([broker.close(), second.close()])),
    }
  })
})
