import { describe, expect, it } from 'vitest'
import { openMetrics } from '../../metrics.ts'
import { mergeExpositions } from './merge-expositions.ts'

/** Names with a TYPE line, each as often as it stands there. */
const types = (text: string) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(found => found[1])

describe('joining what two threads measured', () => {
  it('keeps the samples of both, and one HELP and TYPE for each metric', async () => {
    const [website, daemons] = [openMetrics(), openMetrics()]
    website.request('/', 200, 0.01)
    daemons.messages('download-results', 'ack', 3)
    daemons.lag('download-results', () => 1.5)
    const merged = mergeExpositions((await website.render()).body, (await daemons.render()).body)
    expect(merged).toContain(
      'autopkgtest_web_daemon_messages_total{daemon="download-results",outcome="ack"} 3',
    )
    expect(merged).toContain('autopkgtest_web_daemon_lag_seconds{daemon="download-results"} 1.5')
    expect(merged).toMatch(/http_request_duration_seconds_count\{[^}]*route="\/"/)
    expect(new Set(types(merged)).size).toBe(types(merged).length)
  })

  it('has what concerns the whole process once, from the first', async () => {
    const [website, daemons] = [openMetrics(), openMetrics()]
    const own = (await website.render()).body
    const merged = mergeExpositions(own, (await daemons.render()).body)
    const heap = /^autopkgtest_web_nodejs_heap_size_total_bytes.*$/gm
    expect(merged.match(heap)).toEqual(own.match(heap))
  })

  it('is the first alone where the second did not answer', async () => {
    const { body } = await openMetrics().render()
    expect(types(mergeExpositions(body, ''))).toEqual(types(body))
  })
})
