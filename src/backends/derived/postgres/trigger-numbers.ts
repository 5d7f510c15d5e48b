import { MIGRATION_REFERENCE } from '../../../domain/trigger/trigger.ts'
import type { Ask } from '../../sql/postgres/postgres.ts'
import { type CountedTrigger, countedTrigger } from '../triggers/counted-run.ts'
import { ALL, type KeptTrigger } from '../triggers/settle.ts'

const PUT_SOURCES = `INSERT INTO derived.trigger_source(name)
  SELECT DISTINCT g.name FROM unnest($1::text[]) AS g(name)
  WHERE NOT EXISTS (SELECT FROM derived.trigger_source AS s WHERE s.name = g.name) ORDER BY 1 ON CONFLICT DO NOTHING`
const PUT_VERSIONS = `INSERT INTO derived.trigger_version(source, version, pass_group)
  SELECT DISTINCT s.id, g.version, CASE WHEN g.alone THEN s.id ELSE ${ALL} END
  FROM unnest($1::text[], $2::text[], $3::boolean[]) AS g(source, version, alone)
  JOIN derived.trigger_source AS s ON s.name = g.source
  WHERE NOT EXISTS (SELECT FROM derived.trigger_version AS v WHERE v.source = s.id AND v.version = g.version)
  ON CONFLICT DO NOTHING`
const NUMBERS = `SELECT s.name AS source, v.version, v.id, v.pass_group AS "group"
  FROM unnest($1::text[], $2::text[]) AS g(source, version)
  JOIN derived.trigger_source AS s ON s.name = g.source
  JOIN derived.trigger_version AS v ON v.source = s.id AND v.version = g.version`

/** The numbers of triggers, in their order; created if missing. The caller must hold the progress row. */
export async function numberTriggers(ask: Ask, triggers: readonly CountedTrigger[]): Promise<KeptTrigger[]> {
  const distinct = [...new Map(triggers.map(one => [`${one.source}/${one.version}`, one])).values()]
  const columns = [distinct.map(one => one.source), distinct.map(one => one.version)]
  await ask(PUT_SOURCES, columns.slice(0, 1))
  await ask(PUT_VERSIONS, [...columns, distinct.map(one => one.standsAlone)])
  const rows = await ask<{ source: string; version: string; id: number; group: number }>(NUMBERS, columns)
  const known = new Map(rows.map(row => [`${row.source}/${row.version}`, row]))
  return triggers.map(({ source, version, isReference }) => {
    const row = known.get(`${source}/${version}`)
    if (row === undefined) throw new Error(`the trigger ${source}/${version} has no number`)
    return { id: row.id, group: row.group, isReference }
  })
}

/** The number of the baseline, if it has one. */
export async function referenceNumber(ask: Ask): Promise<number | undefined> {
  const { source, version } = countedTrigger(MIGRATION_REFERENCE)
  const [row] = await ask<{ id: number }>(NUMBERS, [[source], [version]])
  return row?.id
}
