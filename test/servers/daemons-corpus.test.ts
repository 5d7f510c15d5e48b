import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { TESTCOMPLETE } from '../../src/backends/broker/broker.ts'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { downloadResults } from '../../src/daemons/download-results.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import { silentLog } from '../../src/log.ts'
import { recordedMessages } from '../builders/completions.ts'
import { CORPUS, readCorpus } from '../builders/corpus.ts'
import { startDaemon } from '../builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../builders/databases.ts'
import { rabbitmqAt } from '../builders/rabbitmq.ts'
import { describeWith, freshVhost } from './harness/index.ts'

describeWith(['rabbitmq'], 'all messages of a real worker', () => {
  it('make the rows that its results have', async () => {
    const folder = CORPUS
    const broker = rabbitmqAt(await freshVhost())()
    const results = await resultsWith()
    const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
    onTestFinished(() => derived.close())
    await startDaemon(downloadResults, { broker, results, derived })
    const messages = recordedMessages(join(folder, 'messages.jsonl'))
    for (const { exchange, body } of messages) {
      if (exchange === TESTCOMPLETE.exchange) await broker.publishTo(TESTCOMPLETE, body)
    }
    const truth = new Map(readCorpus(folder).map(({ row }) => [runDirectory(row), row]))
    const said = new Set(messages.map(message => message.run))
    await vi.waitFor(
      async () => {
        const { runs } = await results.since(undefined, 10_000)
        expect(runs).toHaveLength(said.size)
        for (const run of runs) expect(run).toEqual(truth.get(runDirectory(run)))
      },
      { timeout: 20_000 },
    )
  })
})
