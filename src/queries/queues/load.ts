import { CONTEXTS, type Context } from '../../domain/queue/queue-name.ts'
import type { Queues } from './queued.ts'
import type { RunningTests } from './running.ts'

/** The number of tests in one context, or running, by arch. */
export interface LoadRow {
  readonly kind: 'running' | Context
  readonly byArch: ReadonlyMap<string, number>
  readonly total: number
}

/** The number of running tests, and of waiting ones in each context, over all releases. */
export interface Load {
  readonly rows: readonly LoadRow[]
  /** Arches with waiting or running tests, in order. */
  readonly arches: readonly string[]
}

/** Running and waiting tests, by context and arch. */
export function loadOf(running: Pick<RunningTests, 'tests'>, queued: Pick<Queues, 'queues'>): Load {
  const row = (kind: LoadRow['kind'], counts: readonly { arch: string; size: number }[]): LoadRow => {
    const byArch = new Map<string, number>()
    for (const { arch, size } of counts) byArch.set(arch, (byArch.get(arch) ?? 0) + size)
    return { kind, byArch, total: counts.reduce((sum, { size }) => sum + size, 0) }
  }
  const tests = running.tests.map(({ arch }) => ({ arch, size: 1 }))
  const contexts = CONTEXTS.map(context =>
    row(
      context,
      queued.queues.filter(queue => queue.context === context),
    ),
  )
  const rows = [row('running', tests), ...contexts]
  return { rows, arches: [...new Set(rows.flatMap(({ byArch }) => [...byArch.keys()]))].sort() }
}
