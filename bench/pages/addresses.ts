import { links } from '../../src/web/links.ts'
import { ARCHES, RELEASES } from '../lib/databases.ts'
import type { Busiest } from './busiest.ts'

/** One kind of page, and how it is requested. */
export interface Kind {
  readonly name: string
  /** The one that is requested again and again. */
  readonly path: string
  /** Others of its kind, each requested once; none if there is only one, or nothing of it is kept. */
  readonly others: readonly string[]
  /** More of them, requested before: a program that has just started is still being compiled. */
  readonly warming: readonly string[]
  /** For a kind with one address: the live file whose change makes the page be rendered again. */
  readonly madeFrom?: 'running.json' | 'queued.json' | 'stats.json'
  /** Requests per second that the website in Python, which this one replaces, answers on 2 million results. */
  readonly before?: number
  /** Logs and the lists of 1000 rows may take longer than ten milliseconds. */
  readonly heavy?: true
  /** The time in which nearly every first request must be answered, in milliseconds: somebody is typing. */
  readonly firstWithin?: number
}

const RESULTS = ['', 'pass', 'fail', 'neutral', 'tmpfail']

/** Every combination of the filters of the newest results, and then the following rows of each. */
function* filters(base: string, limit: number): Generator<string> {
  for (let offset = 0; ; offset += limit) {
    for (const result of RESULTS) {
      for (const release of ['', ...RELEASES]) {
        for (const arch of ['', ...ARCHES]) {
          yield `${base}?limit=${limit}&offset=${offset}&release=${release}&arch=${arch}&result=${result}`
        }
      }
    }
  }
}

function* pagesOf(people: readonly string[]): Generator<string> {
  for (let offset = 0; ; offset += 100) {
    for (const nick of people) yield `/user/${encodeURIComponent(nick)}/?offset=${offset}`
  }
}

function take<T>(items: Generator<T>, count: number): T[] {
  return Array.from({ length: count }, () => items.next().value as T)
}

/** The beginnings of names that somebody types, each once. */
function typed(packages: readonly string[], count: number): string[] {
  const words = new Set(packages.flatMap(name => [name.slice(0, 3), name.slice(0, 5), name.slice(0, 4)]))
  return [...words].slice(0, count).map(word => `/search?q=${encodeURIComponent(word)}`)
}

/** The share of a kind's addresses that is requested in advance. */
const WARMING = 0.2

/** How many of each kind are needed for `once` addresses besides those for warming up. */
export const neededFor = (once: number): number => Math.ceil(once / (1 - WARMING))

/** Every kind of page, with `once` addresses for kinds that have this many. */
export function kindsOf(busiest: Busiest, people: readonly string[], once: number): Kind[] {
  return allKinds(busiest, people, neededFor(once)).map(kind => {
    const counted = Math.ceil(kind.others.length * (1 - WARMING))
    return { ...kind, others: kind.others.slice(0, counted), warming: kind.others.slice(counted) }
  })
}

function allKinds(
  { packages, tests, runs }: Busiest,
  people: readonly string[],
  once: number,
): Omit<Kind, 'warming'>[] {
  const [name, test, run] = [
    packages[0] as string,
    tests[0] as Busiest['tests'][0],
    runs[0] as Busiest['runs'][0],
  ]
  const some = <T>(items: readonly T[], path: (item: T) => string) => items.slice(0, once).map(path)
  const logs = runs.slice(-2) as [Busiest['runs'][0], Busiest['runs'][0]]
  return [
    { name: 'home', path: '/', others: [], madeFrom: 'queued.json', before: 105 },
    {
      name: 'package',
      path: links.package({ package: name }),
      others: some(packages, one => links.package({ package: one })),
      before: 48,
    },
    { name: 'history', path: links.test(test), others: some(tests, links.test), before: 22 },
    { name: 'run', path: links.run(run), others: some(runs, links.run), before: 3800 },
    {
      name: 'recent 100',
      path: '/recent?limit=100',
      others: take(filters('/recent', 100), once),
      before: 27,
    },
    {
      name: 'recent 1000',
      path: '/recent?limit=1000',
      others: take(filters('/recent', 1000), Math.ceil(once / 5)),
      before: 17,
      heavy: true,
    },
    {
      name: 'recent.json',
      path: '/api/experimental/recent.json',
      others: take(filters('/api/experimental/recent.json', 100), once),
      before: 1600,
    },
    {
      name: 'user',
      path: links.user({ nick: people[0] as string }),
      others: take(pagesOf(people), once),
      before: 20,
    },
    { name: 'running', path: '/running', others: [], madeFrom: 'running.json', before: 5 },
    { name: 'queues.json', path: '/queues.json', others: [], madeFrom: 'queued.json', before: 84 },
    {
      name: 'running.json',
      path: '/static/running.json',
      others: [],
      madeFrom: 'running.json',
      before: 2300,
    },
    { name: 'statistics', path: '/statistics', others: [], madeFrom: 'stats.json', before: 30 },
    { name: 'search', path: `/search?q=${name.slice(0, 3)}`, others: typed(packages, once), firstWithin: 50 },
    { name: 'log 1 MB', path: `${links.run(logs[0])}/log`, others: [], heavy: true },
    { name: 'log 12 MB', path: `${links.run(logs[1])}/log`, others: [], heavy: true },
  ]
}
