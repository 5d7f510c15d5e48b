import { z } from 'zod'
import { excuseDifferences, NOTHING_COMPARED } from '../../contracts/files/excuse-differences.ts'
import { machineTimeJson } from '../../contracts/files/machine-time-json.ts'
import { queuedJson } from '../../contracts/files/queued-json.ts'
import { runningJson } from '../../contracts/files/running-json.ts'
import { statisticsJson } from '../../contracts/files/statistics-json.ts'
import { type Alert, formatAlert, parseAlerts } from '../../domain/alert.ts'
import { parseJson } from '../../domain/text/json.ts'
import type { SnapshotFormat } from './held-file.ts'
import { queueOutline } from './outline.ts'
import { SnapshotFile } from './snapshot-file.ts'
import type { Snapshots } from './snapshots.ts'

/** The path of each snapshot. */
export interface SnapshotFiles {
  readonly running: string
  readonly queued: string
  readonly statistics: string
  readonly machineTime: string
  readonly ppaContainers: string
  readonly excuseDifferences: string
  readonly alerts: string
}

function json<T>(shape: z.ZodType<T>, empty: T): SnapshotFormat<T> {
  return { empty, parse: text => shape.parse(parseJson(text)), format: value => JSON.stringify(value) }
}

const alerts: SnapshotFormat<readonly Alert[]> = {
  empty: [],
  parse: parseAlerts,
  format: list => list.map(alert => `${formatAlert(alert)}\n`).join(''),
}

/** Snapshots as files on this host, each replaced by rename and readable by everybody. */
export function snapshotFiles(paths: SnapshotFiles): Snapshots {
  const files = {
    running: new SnapshotFile(paths.running, json(runningJson, {})),
    queued: new SnapshotFile(paths.queued, {
      ...json(queuedJson, { releases: [], arches: [], queues: {} }),
      outlining: queueOutline,
    }),
    statistics: new SnapshotFile(paths.statistics, json(statisticsJson, {})),
    machineTime: new SnapshotFile(paths.machineTime, json(machineTimeJson, {})),
    ppaContainers: new SnapshotFile(
      paths.ppaContainers,
      json<readonly string[]>(z.array(z.string()).readonly(), []),
    ),
    excuseDifferences: new SnapshotFile(paths.excuseDifferences, json(excuseDifferences, NOTHING_COMPARED)),
    alerts: new SnapshotFile(paths.alerts, alerts),
  }
  return {
    ...files,
    async close() {
      await Promise.all(Object.values(files).map(file => file.close()))
    },
  }
}
