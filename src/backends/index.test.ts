import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/builders/databases.ts'
import { readConfig } from '../config/read-config.ts'
import { silentLog } from '../log.ts'
import { type Backends, type BackendsConfig, openBackends } from './index.ts'

it('closes every engine, though others cannot be closed, and tells of the first', async () => {
  const { config, problems } = readConfig({
    env: { AUTOPKGTEST_WEB_DATA_DIR: temporaryFolder(), AUTOPKGTEST_WEB_RELEASES: 'noble' },
  })
  expect(problems).toEqual([])
  const backends = await openBackends((config as { backends: BackendsConfig }).backends, silentLog)
  const closed: string[] = []
  const engines = Object.entries(backends as Backends)
  for (const [name, engine] of engines) {
    const close = engine.close.bind(engine)
    Object.assign(engine, {
      async close() {
        await close()
        closed.push(name)
        if (name === 'broker' || name === 'github') throw new Error(`${name} cannot be closed`)
      },
    })
  }
  await expect(backends[Symbol.asyncDispose]()).rejects.toThrow('github cannot be closed')
  expect(closed.toSorted()).toEqual(engines.map(([name]) => name).toSorted())
})
