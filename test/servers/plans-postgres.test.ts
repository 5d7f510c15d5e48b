import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeRuns } from '../../scripts/generate/runs.ts'
import { makeWorld } from '../../scripts/generate/world.ts'
import { postgresDerived } from '../../src/backends/derived/postgres/postgres.ts'
import { postgresResults } from '../../src/backends/results/postgres/postgres.ts'
import { silentLog } from '../../src/log.ts'
import {
  everyFilterQuery,
  everyResultsQuery,
  type NamedQuery,
  newestOfQuery,
} from '../backends/every-query.ts'
import { describeWith, freshDatabase } from './harness/index.ts'

const ROWS = 60_000
/** The rows that one query for a hundred may touch in one of the tables below, all loops together. */
const MOST_TOUCHED = 2_500

/** The tables that grow with every run. Tests are few enough to be read whole where that is cheaper. */
const GROWING = ['result', 'run_index']

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly Plans?: readonly PlanNode[]
}

describeWith(['postgres'], 'plans on PostgreSQL', () => {
  let client: Client
  let sample: { release: string; arch: string; package: string; runId: string }[]
  beforeAll(async () => {
    const { url } = await freshDatabase()
    const results = await postgresResults({ url, mirror: join('/nonexistent', 'mirror.db'), log: silentLog })
    const derived = await postgresDerived({ url, log: silentLog })
    const world = makeWorld({
      seed: 7,
      packages: 2000,
      releases: ['jammy', 'noble', 'questing', 'resolute'],
      arches: ['amd64', 'arm64', 'riscv64', 's390x'],
    })
    const runs = [...makeRuns(world, { count: ROWS, years: 3, end: new Date('2026-11-20') })].map((run, n) =>
      n % 300 === 0 ? { ...run, requester: 'joe' } : run,
    )
    for (let from = 0; from < runs.length; from += 5000) {
      await results.record(runs.slice(from, from + 5000))
      await derived.indexRuns('id', String(from), runs.slice(from, from + 5000))
    }
    sample = runs.filter(run => run.package === 'glibc').slice(0, 100)
    await derived.close()
    await results.close()
    client = new Client({ connectionString: url })
    await client.connect()
    await client.query('VACUUM ANALYZE')
  }, 120_000)
  afterAll(() => client.end())

  const expectBounded = async ({ name, sql, parameters }: NamedQuery) => {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, [...parameters])
    const plan = rows[0]['QUERY PLAN'][0].Plan as PlanNode
    const nodes = flatten(plan)
    for (const node of nodes.filter(one => GROWING.includes(one['Relation Name'] ?? ''))) {
      const what = `${name}: ${node['Node Type']} on ${node['Relation Name']}`
      expect(node['Node Type'], what).not.toBe('Seq Scan')
      expect(node['Actual Rows'] * node['Actual Loops'], what).toBeLessThanOrEqual(MOST_TOUCHED)
    }
  }

  it('reads runs by an index, and no more than a page needs', async () => {
    const queries = everyResultsQuery('postgres', sample)
    expect(queries).toHaveLength(11)
    for (const query of queries) await expectBounded(query)
  })

  it('serves every combination of filters by an index, and reads no more than a page needs', async () => {
    const releaseArches = (await client.query('SELECT id, release, arch FROM derived.release_arch')).rows
    const [{ id: requester }] = (await client.query("SELECT id FROM derived.requester WHERE name = 'joe'"))
      .rows
    const queries = everyFilterQuery('postgres', { requester, releaseArches })
    expect(queries).toHaveLength(15)
    for (const query of queries) await expectBounded(query)
  })

  it('finds the newest run of a test by verdict without reading its history', async () => {
    const [{ test }] = (
      await client.query('SELECT test FROM derived.run_index GROUP BY test ORDER BY count(*) DESC LIMIT 1')
    ).rows
    await expectBounded(newestOfQuery('postgres', test))
  })
})

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)]
}
