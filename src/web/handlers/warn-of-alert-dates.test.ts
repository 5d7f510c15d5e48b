import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventually } from '../../../test/eventually.ts'
import { aSite } from '../../../test/web/site.ts'
import { type Log, silentLog } from '../../log.ts'

it('an alert with a date that is none is shown on every page, and the log says which', async () => {
  const warnings: object[] = []
  const log: Log = { ...silentLog, warn: (fields: object) => void warnings.push(fields) }
  const site = await aSite([], { log })
  writeFileSync(join(site.folder, 'alert.txt'), 'error:[until=2026-11-31] s390x is down\n')
  await eventually(() => expect(warnings).toEqual([{ date: '2026-11-31', alert: 's390x is down' }]))
  expect((await site.get('/recent')).texts('.alert')).toEqual(['s390x is down'])
})
