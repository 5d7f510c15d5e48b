import type { QueueSample } from '../../../domain/queue/queue-sample.ts'
import { only, type SqlTables } from '../../sql/work.ts'
import type { QueueSamples } from '../queue-samples.ts'
import { stateBuilder } from './tables.ts'

/** More than any chart shows. */
const MOST = 5_000

/** Samples in SQL. */
export function sqlQueueSamples(sql: SqlTables): QueueSamples {
  const db = stateBuilder(sql.engine)
  return {
    async add(span, { minute, sample }) {
      const added = await sql.transact(
        only(
          db
            .insertInto('queue_sample')
            .values({ span, minute, sample: JSON.stringify(sample) })
            .onConflict(conflict => conflict.doNothing())
            .returning('minute')
            .compile(),
        ),
      )
      return added.length > 0
    },

    async addAll(span, samples) {
      if (samples.length === 0) return
      const rows = samples.map(({ minute, sample }) => ({ span, minute, sample: JSON.stringify(sample) }))
      await sql.transact(
        only(
          db
            .insertInto('queue_sample')
            .values(rows)
            .onConflict(conflict => conflict.doNothing())
            .compile(),
        ),
      )
    },

    async between(span, from, before) {
      const rows = await sql.read(
        db
          .selectFrom('queue_sample')
          .select(['minute', 'sample'])
          .where('span', '=', span)
          .where('minute', '>=', from)
          .where('minute', '<', before)
          .orderBy('minute')
          .limit(MOST)
          .compile(),
      )
      return rows.map(({ minute, sample }) => ({
        minute: Number(minute),
        sample: JSON.parse(sample) as QueueSample,
      }))
    },

    async prune(span, before) {
      await sql.transact(
        only(db.deleteFrom('queue_sample').where('span', '=', span).where('minute', '<', before).compile()),
      )
    },
  }
}
