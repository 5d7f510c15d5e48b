import { extname } from 'node:path'
import { parentPort, type ResourceLimits, Worker, workerData } from 'node:worker_threads'
import { messageOf, Unavailable } from './domain/errors.ts'

/** What a thread sends when it is done: the value, or why there is none. */
type ThreadAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly unavailable: boolean; readonly message: string; readonly stack: string }

/**
 * Runs a thread file to its end and resolves to what it answers. `entry` is given without its extension and
 * relative to `from` (`import.meta.url`), so that it is found as .ts in development and as .js when built.
 * An aborted signal ends the thread at once and rejects with the signal's reason.
 */
export function runInThread<T>(
  from: string,
  entry: string,
  input: unknown,
  options: { signal?: AbortSignal | undefined; memoryMb?: number } = {},
): Promise<T> {
  const { signal } = options
  if (signal?.aborted) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    const worker = spawnThread(from, entry, input, { maxOldGenerationSizeMb: options.memoryMb ?? 512 })
    const abort = () => void worker.terminate().catch(reject)
    signal?.addEventListener('abort', abort, { once: true })
    worker.once('message', (answer: ThreadAnswer) => {
      if (answer.ok) resolve(answer.value as T)
      else reject(asError(answer))
    })
    worker.once('error', reject)
    worker.once('exit', code => {
      signal?.removeEventListener('abort', abort)
      reject(signal?.aborted ? signal.reason : new Error(`${entry} ended with ${code} and gave no answer`))
    })
  })
}

/** Starts a thread file that lives on and is talked to; `from` and `entry` as in {@link runInThread}. */
export function spawnThread(
  from: string,
  entry: string,
  input: unknown,
  resourceLimits: ResourceLimits = {},
): Worker {
  const file = new URL(entry + extname(new URL(from).pathname), from)
  return new Worker(file, { workerData: input, resourceLimits })
}

/** The body of a thread file: calls `work` with the input of {@link runInThread} and sends back what it gives. */
export async function answerThread<Input>(work: (input: Input) => unknown): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('a *.thread file runs in a thread only')
  let answer: ThreadAnswer
  try {
    answer = { ok: true, value: await work(workerData as Input) }
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : ''
    answer = { ok: false, unavailable: error instanceof Unavailable, message: messageOf(error), stack }
  }
  port.postMessage(answer)
}

function asError(answer: ThreadAnswer & { ok: false }): Error {
  const error = answer.unavailable ? new Unavailable(answer.message) : new Error(answer.message)
  if (answer.stack !== '') error.stack = answer.stack
  return error
}
