import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { keptLog } from '../../../test/builders/stand-in.ts'
import { openMetrics } from '../../metrics.ts'
import { listen, reportFaults } from './listen.ts'

/** As Node says that accept(2) has failed. */
function failAccepting(server: Server, code: string): void {
  server.emit('error', Object.assign(new Error(`accept ${code}`), { code, syscall: 'accept' }))
}

it('a connection that cannot be taken is counted and logged, and the next one is taken', async () => {
  const { log, lines } = keptLog()
  const metrics = openMetrics()
  const server = createServer(socket => void socket.end('here'))
  onTestFinished(() => void server.close())
  await listen(server, { host: '127.0.0.1', port: 0 }, reportFaults(log, metrics))
  for (const code of ['EMFILE', 'EMFILE', 'ENOMEM', 'ENFILE']) failAccepting(server, code)
  const { port } = server.address() as { port: number }
  const [said] = await once(connect(port, '127.0.0.1'), 'data')
  expect(String(said)).toBe('here')
  // Thousands may come at once: the log has the first of them, the figure all
  expect(lines).toMatchObject([{ msg: 'connections could not be accepted', connections: 1 }])
  const { body } = await metrics.render()
  expect(body).toContain('autopkgtest_web_http_connections_lost_total 4')
})
