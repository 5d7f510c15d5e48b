import { on } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { synchronousGet } from '../../backends/store/filesystem/synchronous-get.ts'
import { BadInput, Unavailable } from '../../domain/errors.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { readStoredRun } from '../../operations/ingest/read-stored-run.ts'
import type { FromReader, ReadAnswer, ReaderInput, ToReader } from './run-readers.ts'

const port = parentPort
if (port === null) throw new Error('a *.thread file runs in a thread only')
const { root } = workerData as ReaderInput
const store = synchronousGet(root)
const { signal } = new AbortController()

async function read(container: string, key: RunKey, logHeads: boolean): Promise<ReadAnswer> {
  try {
    return { run: await readStoredRun(store, container, key, { logHeads, signal }) }
  } catch (error) {
    if (!(error instanceof BadInput || error instanceof Unavailable)) throw error
    return { fault: error instanceof BadInput ? 'bad input' : 'unavailable', message: error.message }
  }
}

// One after the other: answers are told apart by their order alone
for await (const [asked] of on(port, 'message')) {
  const { container, keys, logHeads } = asked as ToReader
  const answers: ReadAnswer[] = []
  for (const key of keys) answers.push(await read(container, key, logHeads))
  port.postMessage(answers satisfies FromReader)
}
