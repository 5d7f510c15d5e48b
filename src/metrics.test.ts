import { describe, expect, it } from 'vitest'
import { addUp, lastingCounts, openMetrics } from './metrics.ts'

const lines = async (metrics: ReturnType<typeof openMetrics>) => (await metrics.render()).body.split('\n')

describe('metrics', () => {
  it('count requests by route and status, with their latency', async () => {
    const metrics = openMetrics()
    metrics.request('/packages/:package', 200, 0.02)
    metrics.request('/packages/:package', 200, 3)
    const found = await lines(metrics)
    const labels = 'route="/packages/:package",status="200"'
    expect(found).toContain(`autopkgtest_web_http_request_duration_seconds_count{${labels}} 2`)
    expect(found).toContain(`autopkgtest_web_http_request_duration_seconds_bucket{le="0.025",${labels}} 1`)
  })

  it('ask for lag and backlog at each scrape, and forget a daemon that has ended', async () => {
    const metrics = openMetrics()
    const forget = [
      metrics.lag('cache-amqp', () => 1),
      metrics.lag('cache-amqp', () => 7),
      metrics.waiting('cache-amqp', async () => 42),
    ]
    const before = await lines(metrics)
    expect(before).toContain('autopkgtest_web_daemon_lag_seconds{daemon="cache-amqp"} 7')
    expect(before).toContain('autopkgtest_web_daemon_waiting{daemon="cache-amqp"} 42')
    for (const one of forget) one()
    expect((await lines(metrics)).some(line => line.includes('daemon="cache-amqp"'))).toBe(false)
  })

  it('ask how often documents could not be read, and how often britney says something else', async () => {
    const metrics = openMetrics()
    const unset = await lines(metrics)
    expect(unset.filter(line => /^autopkgtest_web_(document|excuse)/.test(line))).toEqual([])
    metrics.documentFailures(() => [{ document: 'teams', count: 2 }])
    metrics.excuseDifferences(() => 3)
    for (let scrape = 0; scrape < 2; scrape++) {
      const found = await lines(metrics)
      expect(found).toContain('autopkgtest_web_document_failures_total{document="teams"} 2')
      expect(found).toContain('autopkgtest_web_excuse_differences 3')
    }
  })

  it('leave out what cannot be read, and what takes longer than a scrape may', async () => {
    const metrics = openMetrics()
    metrics.waiting('broken', () => Promise.reject(new Error('away')))
    metrics.waiting('slow', () => new Promise(() => {}))
    metrics.waiting('fine', async () => 1)
    metrics.databaseSize(() => Promise.reject(new Error('away')))
    const found = await lines(metrics)
    expect(found.filter(line => line.startsWith('autopkgtest_web_daemon_waiting{'))).toEqual([
      'autopkgtest_web_daemon_waiting{daemon="fine"} 1',
    ])
    expect(found.filter(line => line.startsWith('autopkgtest_web_database_size_bytes '))).toEqual([])
  })

  it('harm nothing but the figure where one cannot be measured, and count that', async () => {
    const metrics = openMetrics()
    const broken = (): never => {
      throw new Error('a bug')
    }
    metrics.messages('download-results', 'recorded', -1)
    metrics.request('/', 200, Number.NaN)
    metrics.lag('broken', broken)
    metrics.lag('fine', () => 3)
    metrics.waiting('broken', async () => 'many' as unknown as number)
    metrics.waiting('torn', broken)
    metrics.databaseSize(async () => 'big' as unknown as number)
    metrics.messages('download-results', 'recorded', 2)
    await metrics.render()
    const found = await lines(metrics)
    expect(found).toContain('autopkgtest_web_daemon_lag_seconds{daemon="fine"} 3')
    expect(found).toContain(
      'autopkgtest_web_daemon_messages_total{daemon="download-results",outcome="recorded"} 2',
    )
    const faulty = found.flatMap(line => /metric_faults_total\{metric="([^"]*)"\}/.exec(line)?.[1] ?? [])
    expect(faulty.sort()).toEqual(['database size', 'lag', 'messages', 'request', 'waiting'])
  })

  it('hold the size of the database and the delay of the event loop', async () => {
    const metrics = openMetrics()
    metrics.databaseSize(async () => 4096)
    const found = await lines(metrics)
    expect(found).toContain('autopkgtest_web_database_size_bytes 4096')
    expect(found.some(line => line.startsWith('autopkgtest_web_nodejs_eventloop_lag_seconds '))).toBe(true)
  })

  it('are those of one registry alone', async () => {
    openMetrics().messages('download-results', 'recorded', 5)
    const found = await lines(openMetrics())
    expect(found.some(line => line.includes('outcome="recorded"'))).toBe(false)
  })
})

describe('metrics of several processes', () => {
  const busy = (seconds: number, bytes: number) => {
    const metrics = openMetrics()
    metrics.request('/', 200, seconds)
    metrics.databaseSize(async () => bytes)
    return metrics
  }

  it('are added up under one name, but for what all of them measure of one thing', async () => {
    const [one, other] = [busy(0.02, 4096), busy(3, 8192)]
    const { body } = await addUp([await one.measured(), await other.measured()]).render()
    const found = body.split('\n')
    expect(found).toContain('autopkgtest_web_database_size_bytes 8192')
    expect(
      found.filter(line => line.startsWith('# HELP autopkgtest_web_http_request_duration')),
    ).toHaveLength(1)
    const labels = 'route="/",status="200"'
    expect(found).toContain(`autopkgtest_web_http_request_duration_seconds_count{${labels}} 2`)
    expect(found).toContain(`autopkgtest_web_http_request_duration_seconds_bucket{le="0.025",${labels}} 1`)
    expect(found).toContain(`autopkgtest_web_http_request_duration_seconds_sum{${labels}} 3.02`)
  })

  it('keep what a process has counted after its end, and nothing of what it was', async () => {
    const gone = lastingCounts(
      await addUp([await busy(1, 1).measured(), lastingCounts(await busy(2, 2).measured())]).measured(),
    )
    const { body } = await addUp([gone, await openMetrics().measured()]).render()
    expect(body).toContain('autopkgtest_web_http_request_duration_seconds_count{route="/",status="200"} 2')
    expect(body).not.toMatch(/^autopkgtest_web_database_size_bytes \d/m)
  })
})
