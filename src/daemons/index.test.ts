import { describe, expect, it } from 'vitest'
import { BadInput } from '../domain/errors.ts'
import { silentLog } from '../log.ts'
import { openMetrics } from '../metrics.ts'
import { DAEMONS, daemonsNamed, runDaemons } from './index.ts'
import type { Daemon, DaemonDeps, DaemonHealth } from './runtime/daemon.ts'

const deps = {
  backends: {} as DaemonDeps['backends'],
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
} as const satisfies DaemonDeps

/** Daemons that write down when they start and stop. */
function recorded() {
  const events: string[] = []
  const make = (name: string, start?: () => Promise<void>, health: DaemonHealth = { ok: true }): Daemon => ({
    name,
    async start() {
      await start?.()
      events.push(`start ${name}`)
      return { name, health: () => health, stop: async () => void events.push(`stop ${name}`) }
    },
  })
  return { events, make }
}

describe('the list of daemons', () => {
  it('has each name once', () => {
    const names = DAEMONS.map(daemon => daemon.name)
    expect(names).toEqual([...new Set(names)])
    expect(names).not.toContain('all')
  })

  it('is run as a whole by one word', () => {
    expect(daemonsNamed(['stats', 'all'])).toEqual(DAEMONS.map(daemon => daemon.name))
    expect(daemonsNamed(['stats', 'publish-db', 'stats'])).toEqual(['stats', 'publish-db'])
  })
})

describe('running daemons', () => {
  it('starts those that are named, once each, and ends them with the signal', async () => {
    const { events, make } = recorded()
    const ending = new AbortController()
    const known = [make('a'), make('b'), make('c')]
    const running = await runDaemons(['a', 'c', 'a'], deps, ending.signal, known)
    expect(events).toEqual(['start a', 'start c'])
    ending.abort()
    await running.stop()
    expect(events.slice(2).toSorted()).toEqual(['stop a', 'stop c'])
  })

  it('says how each is', async () => {
    const { make } = recorded()
    const ill: DaemonHealth = { ok: false, reason: 'disk full', since: new Date(0) }
    const known = [make('a'), make('b', undefined, ill)]
    const running = await runDaemons(['a', 'b'], deps, new AbortController().signal, known)
    expect(running.health()).toEqual({ a: { ok: true }, b: ill })
  })

  it('refuses a name that is not known, and says which are', async () => {
    const { make } = recorded()
    const starting = runDaemons(['a', 'x'], deps, new AbortController().signal, [make('a'), make('b')])
    await expect(starting).rejects.toThrow(new BadInput('there is no daemon x; there are: a, b'))
  })

  it('ends the others when one cannot start', async () => {
    const { events, make } = recorded()
    const failing = make('b', () => Promise.reject(new Error('cannot')))
    const starting = runDaemons(['a', 'b'], deps, new AbortController().signal, [make('a'), failing])
    await expect(starting).rejects.toThrow('cannot')
    expect(events).toEqual(['start a', 'stop a'])
  })

  it('ends every one, though others cannot end, and tells of that', async () => {
    const { events, make } = recorded()
    const stuck = (name: string): Daemon => ({
      name,
      start: async () => ({
        name,
        health: () => ({ ok: true }),
        async stop() {
          events.push(`stop ${name}`)
          throw new Error(`${name} cannot end`)
        },
      }),
    })
    const slow: Daemon = {
      ...make('c'),
      async start(given) {
        const running = await make('c').start(given)
        const stop = () => new Promise(resolve => setImmediate(resolve)).then(() => running.stop())
        return { ...running, stop }
      },
    }
    const known = [stuck('a'), stuck('b'), slow]
    const running = await runDaemons(['a', 'b', 'c'], deps, new AbortController().signal, known)
    await expect(running.stop()).rejects.toThrow('a cannot end')
    expect(events).toEqual(['start c', 'stop a', 'stop b', 'stop c'])
  })

  it('says why one cannot start, though another cannot end', async () => {
    const stuck: Daemon = {
      name: 'a',
      start: async () => ({
        name: 'a',
        health: () => ({ ok: true }),
        stop: () => Promise.reject(new Error('cannot end')),
      }),
    }
    const failing: Daemon = { name: 'b', start: () => Promise.reject(new Error('cannot start')) }
    const starting = runDaemons(['a', 'b'], deps, new AbortController().signal, [stuck, failing])
    await expect(starting).rejects.toThrow('cannot start')
  })

  it('ends at once what was started after the signal', async () => {
    const { events, make } = recorded()
    await runDaemons(['a'], deps, AbortSignal.abort(), [make('a')])
    expect(events).toEqual(['start a', 'stop a'])
  })
})
