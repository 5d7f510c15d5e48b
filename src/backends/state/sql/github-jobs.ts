import { createHash } from 'node:crypto'
import type { ExpressionBuilder, Selectable } from 'kysely'
import type { GithubState } from '../../../domain/request/github-status.ts'
import type { GithubOutcome } from '../../../domain/run/verdict.ts'
import { ask, only, type SqlTables, type Work } from '../../sql/work.ts'
import type { GithubJob, GithubJobChanges, GithubJobRef, GithubJobs, NewGithubJob } from '../github-jobs.ts'
import { type StateTables, stateBuilder } from './tables.ts'

type GithubJobRow = StateTables['github_job']

const REASON_CHARACTERS = 1_000
/** Nothing is put off for longer: jobs that seem to be were put off while the clock was ahead. */
const LONGEST_WAIT_MS = 24 * 60 * 60_000

/** Equal for two deliveries that ask for the same test. */
function idOf({ statusesUrl, release, arch, package: name, testname }: NewGithubJob): string {
  const key = JSON.stringify([statusesUrl, release, arch, name, testname])
  return createHash('sha256').update(key).digest('hex')
}

/** The row of a new job, due at once. */
function rowOf(job: NewGithubJob, now: Date): GithubJobRow {
  const { release, arch, testname, container, address, uuid, step } = job
  return {
    id: idOf(job),
    ...{ release, arch, package: job.package, testname, container, address, uuid, step },
    statuses_url: job.statusesUrl,
    params: JSON.stringify(job.params),
    outcome: null,
    run_id: null,
    reason: null,
    reported: null,
    accepted: now.getTime(),
    due: now.getTime(),
    failures: 0,
  }
}

function jobOf(row: Selectable<GithubJobRow>): GithubJob {
  const { statuses_url, params, step, outcome, run_id, reason, reported, accepted, due: _, ...same } = row
  return {
    ...same,
    statusesUrl: statuses_url,
    params: JSON.parse(params) as Record<string, unknown>,
    step: step as GithubJob['step'],
    outcome: (outcome ?? undefined) as GithubOutcome | undefined,
    runId: run_id ?? undefined,
    reason: reason ?? undefined,
    reported: (reported ?? undefined) as GithubState | undefined,
    accepted: new Date(accepted),
  }
}

function columnsOf({ due, ...same }: GithubJobChanges): Partial<GithubJobRow> {
  return due === undefined ? same : { ...same, due: due?.getTime() ?? null }
}

const isDue = (now: number) => (eb: ExpressionBuilder<StateTables, 'github_job'>) =>
  eb.or([eb('due', '<=', now), eb('due', '>', now + LONGEST_WAIT_MS)])

/** GitHub's jobs in SQL. */
export function sqlGithubJobs(sql: SqlTables): GithubJobs {
  const db = stateBuilder(sql.engine)
  const jobs = db.selectFrom('github_job').selectAll()
  /** Asked each second, so it is not built anew: its parameters are those of {@link isDue} and the limit. */
  const anyDue = db.selectFrom('github_job').select('id').where(isDue(0)).limit(1).compile()
  /** Only the same start of the job. */
  const change = ({ id, uuid }: GithubJobRef) =>
    db.updateTable('github_job').where('id', '=', id).where('uuid', '=', uuid)

  function* acceptOnce(row: GithubJobRow): Work<GithubJob | undefined> {
    const { id, ...fresh } = row
    const begun = yield* ask(
      db
        .insertInto('github_job')
        .values(row)
        .onConflict(conflict =>
          conflict
            .column('id')
            .doUpdateSet(fresh)
            .where('github_job.outcome', 'in', ['failure', 'error'] satisfies GithubOutcome[]),
        )
        .returning('id')
        .compile(),
    )
    if (begun.length > 0) return undefined
    const [known] = yield* ask(jobs.where('id', '=', id).compile())
    return known && jobOf(known)
  }

  function* take(limit: number, until: number, now: number): Work<GithubJob[]> {
    const due = db.selectFrom('github_job').select('id').where(isDue(now)).orderBy('due').limit(limit)
    const rows = yield* ask(
      db
        .updateTable('github_job')
        .set({ due: until })
        .where('id', 'in', due)
        // Repeated: after a wait for a lock, only this condition sees the other's changes
        .where(isDue(now))
        .returningAll()
        .compile(),
    )
    return rows.map(jobOf).sort((one, other) => one.accepted.getTime() - other.accepted.getTime())
  }

  return {
    async accept(job, now) {
      const known = await sql.transact(() => acceptOnce(rowOf(job, now)))
      return known === undefined ? 'accepted' : { known }
    },

    async takeDue(limit, lease, now) {
      // Usually there is none: no need to wait for writers
      const any = { ...anyDue, parameters: [now.getTime(), now.getTime() + LONGEST_WAIT_MS, 1] }
      if ((await sql.read(any)).length === 0) return []
      return sql.transact(() => take(limit, now.getTime() + lease * 1000, now.getTime()))
    },

    async update(job, changes) {
      const found = change(job).where('step', '=', job.step)
      const updated = await sql.transact(only(found.set(columnsOf(changes)).returning('id').compile()))
      return updated.length > 0
    },

    async tellAgain(job, now) {
      const ended = change(job).where('step', '=', 'ended')
      await sql.transact(only(ended.set({ reported: null, due: now.getTime() }).compile()))
    },

    async end(job, end, now) {
      const news = {
        step: 'ended',
        outcome: end.outcome,
        run_id: 'runId' in end ? end.runId : null,
        reason: 'reason' in end ? end.reason.slice(0, REASON_CHARACTERS) : null,
        failures: 0,
        due: now.getTime(),
      }
      const ended = await sql.transact(
        only(change(job).where('step', '<>', 'ended').set(news).returning('id').compile()),
      )
      return ended.length > 0
    },

    async open({ package: name, release, arch }) {
      const rows = await sql.read(
        jobs
          .where('package', '=', name)
          .where('release', '=', release)
          .where('arch', '=', arch)
          .where('step', '<>', 'ended')
          .orderBy('accepted')
          .orderBy('id')
          .compile(),
      )
      return rows.map(jobOf)
    },

    async runSoon(lease, now) {
      const soon = db
        .updateTable('github_job')
        .set({ due: now.getTime() })
        .where('due', '>', now.getTime() + lease * 1000)
      await sql.transact(only(soon.compile()))
    },

    async forget(before, keep) {
      const newest = db
        .selectFrom('github_job')
        .select('id')
        .orderBy('accepted', 'desc')
        .orderBy('id')
        .limit(keep)
      const old = db.deleteFrom('github_job').where('accepted', '<', before.getTime())
      await sql.transact(only(old.where('id', 'not in', newest).compile()))
    },
  }
}
