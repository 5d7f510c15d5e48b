import { parentPort } from 'node:worker_threads'
import type { ToReader } from '../../src/cli/runtime/run-readers.ts'

// The thread that reads runs, but for one that it dies of
parentPort?.on('message', ({ keys }: ToReader) => {
  if (keys.some(key => key.package === 'deadly')) process.exit(7)
})
await import('../../src/cli/runtime/run-readers.thread.ts')
