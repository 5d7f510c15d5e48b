import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../../log.ts'
import { openMetrics } from '../../metrics.ts'
import type { DaemonDeps, RunningDaemon } from './daemon.ts'
import { every } from './every.ts'

const deps: DaemonDeps<never> = {
  backends: {},
  settings: {
    releases: [],
    arches: [],
    completeQueue: undefined,
    trace: 'off',
    failures: { sinceDays: 180, logsPerSecond: 5 },
    baseUrl: 'http://localhost',
  },
  metrics: openMetrics(),
  log: silentLog,
}

describe('a daemon that runs every so often', () => {
  let running: RunningDaemon | undefined
  let started: number
  const began = () => started
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    started = Date.now()
  })
  afterEach(async () => {
    const stopped = running?.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    await stopped
    running = undefined
    vi.useRealTimers()
  })

  it('runs at once, then after each interval, counted from the end of the run', async () => {
    let runs = 0
    const run = async () => {
      runs++
      await new Promise(resolve => setTimeout(resolve, 5000))
      return undefined
    }
    running = await every({ seconds: 10 }, { name: 'test', run }).start(deps)
    for (const [seconds, count] of [
      [0, 1],
      [14, 1],
      [16, 2],
      [29, 2],
      [31, 3],
    ] as const) {
      await vi.advanceTimersByTimeAsync(seconds * 1000 - (Date.now() - began()))
      expect([seconds, runs]).toEqual([seconds, count])
    }
  })

  it('goes on at once while there is more to do', async () => {
    let left = 3
    const run = async () => (--left > 0 ? 'again' : undefined)
    running = await every({ seconds: 3600 }, { name: 'test', run }).start(deps)
    await vi.advanceTimersByTimeAsync(10)
    expect(left).toBe(0)
    await vi.advanceTimersByTimeAsync(1_000_000)
    expect(left).toBe(0)
  })

  it('runs earlier when it is woken, and once more if that happens while it runs', async () => {
    let runs = 0
    let wakeUp = () => {}
    const wake = (_deps: unknown, call: () => void) => {
      wakeUp = call
      return () => {}
    }
    const run = async () => {
      runs++
      await new Promise(resolve => setTimeout(resolve, 1000))
      return undefined
    }
    running = await every({ seconds: 3600, wake }, { name: 'test', run }).start(deps)
    await vi.advanceTimersByTimeAsync(2000)
    expect(runs).toBe(1)
    wakeUp()
    await vi.advanceTimersByTimeAsync(500)
    expect(runs).toBe(2)
    wakeUp()
    wakeUp()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(runs).toBe(3)
  })

  it('tries a failed run again later and later, says so, and recovers', async () => {
    let fails = true
    const times: number[] = []
    const run = async () => {
      times.push(Date.now() - began())
      if (fails) throw new Error('no space left')
      return undefined
    }
    running = await every({ seconds: 20 }, { name: 'test', run }).start(deps)
    await vi.advanceTimersByTimeAsync(1_000_000)
    const waits = times.slice(1).map((time, index) => (time - (times[index] as number)) / 1000)
    for (const [index, wait] of [20, 40, 80, 120, 120].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(wait * 0.9)
      expect(waits[index]).toBeLessThanOrEqual(wait * 1.1)
    }
    expect(running.health()).toMatchObject({ ok: false, reason: 'no space left', since: new Date(began()) })
    fails = false
    await vi.advanceTimersByTimeAsync(140_000)
    expect(running.health()).toEqual({ ok: true })
    expect((await deps.metrics.render()).body).toMatch(
      /daemon_runs_total\{daemon="test",outcome="failed"\} \d/,
    )
  })

  it('is not woken out of the wait after a failure, and once more afterwards', async () => {
    const times: number[] = []
    let wakeUp = () => {}
    const wake = (_deps: unknown, call: () => void) => {
      wakeUp = call
      return () => {}
    }
    const run = async () => {
      times.push(Math.round((Date.now() - began()) / 1000))
      wakeUp()
      if (times.length === 1) throw new Error('no space left')
      return undefined
    }
    running = await every({ seconds: 20, wake }, { name: 'test', run }).start(deps)
    for (const second of [1, 5, 10]) {
      await vi.advanceTimersByTimeAsync(second * 1000 - (Date.now() - began()))
      wakeUp()
    }
    await vi.advanceTimersByTimeAsync(1000)
    expect(times).toEqual([0])
    await vi.advanceTimersByTimeAsync(12_000)
    expect(times[1]).toBeGreaterThanOrEqual(18)
  })

  it('can make start wait for the first run, whether it succeeds or not', async () => {
    let runs = 0
    const run = async () => {
      await new Promise(resolve => setTimeout(resolve, 100))
      runs++
      throw new Error('not yet')
    }
    const starting = every({ seconds: 60, startWithRun: true }, { name: 'test', run }).start(deps)
    await vi.advanceTimersByTimeAsync(200)
    running = await starting
    expect(runs).toBe(1)
  })

  it('lets a run finish when it is stopped, tells it by the signal, and runs no more', async () => {
    let ended = 0
    const run = async (_deps: unknown, signal: AbortSignal) => {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      await new Promise(resolve => setTimeout(resolve, 50))
      ended++
      return 'again' as const
    }
    const one = await every({ seconds: 1 }, { name: 'test', run }).start(deps)
    await vi.advanceTimersByTimeAsync(5000)
    const stopped = one.stop()
    await vi.advanceTimersByTimeAsync(100)
    await stopped
    expect(ended).toBe(1)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ended).toBe(1)
  })

  it('lets a run finish though its waking cannot be ended, and tells of that', async () => {
    let ended = false
    const run = async (_deps: unknown, signal: AbortSignal) => {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      await new Promise(resolve => setTimeout(resolve, 50))
      ended = true
      return undefined
    }
    const wake = () => () => {
      throw new Error('cannot be ended')
    }
    const one = await every({ seconds: 1, wake }, { name: 'test', run }).start(deps)
    const stopped = one.stop().then(
      () => 'nothing',
      error => [error.message, ended],
    )
    await vi.advanceTimersByTimeAsync(100)
    expect(await stopped).toEqual(['cannot be ended', true])
  })

  it('is behind by the time since a run was due', async () => {
    const run = () => new Promise<undefined>(resolve => setTimeout(resolve, 30_000, undefined))
    running = await every({ seconds: 60 }, { name: 'late', run }).start(deps)
    await vi.advanceTimersByTimeAsync(12_000)
    const { body } = await deps.metrics.render()
    expect(body).toContain('autopkgtest_web_daemon_lag_seconds{daemon="late"} 12')
  })

  it('is neither behind nor ahead because the clock jumps', async () => {
    const run = () => Promise.resolve(undefined)
    running = await every({ seconds: 60 }, { name: 'steady', run }).start(deps)
    for (const jump of [86_400_000, -7_200_000]) {
      vi.setSystemTime(started + jump)
      await vi.advanceTimersByTimeAsync(1000)
      const { body } = await deps.metrics.render()
      expect(body).toContain('autopkgtest_web_daemon_lag_seconds{daemon="steady"} 0')
    }
  })

  it('is the further behind the longer its runs fail', async () => {
    const run = () => Promise.reject(new Error('the disk is full'))
    running = await every({ seconds: 60 }, { name: 'failing', run }).start(deps)
    await vi.advanceTimersByTimeAsync(600_000)
    const { body } = await deps.metrics.render()
    expect(body).toContain('autopkgtest_web_daemon_lag_seconds{daemon="failing"} 600')
  })
})
