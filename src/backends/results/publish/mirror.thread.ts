import { closeSync, openSync } from 'node:fs'
import { silentLog } from '../../../log.ts'
import { answerThread } from '../../../threads.ts'
import { postgresPool } from '../../sql/postgres/postgres.ts'
import { copyBytes, type PublishedCopy } from './copy-bytes.ts'
import { updateMirror } from './update-mirror.ts'

export interface MirrorInput {
  /** The server's URL. */
  readonly url: string
  /** The id of its results database. */
  readonly id: string
  readonly mirror: string
  readonly toFile: string
}

await answerThread(async ({ url, id, mirror, toFile }: MirrorInput): Promise<PublishedCopy> => {
  const pool = postgresPool({ url, log: silentLog, database: 'results', connections: 1 })
  try {
    await updateMirror(pool, mirror, id)
  } finally {
    await pool.close()
  }
  // Nobody in this process has the mirror open now, so closing a descriptor of it drops no locks
  const descriptor = openSync(mirror, 'r')
  try {
    return copyBytes(descriptor, toFile)
  } finally {
    closeSync(descriptor)
  }
})
