import { endPassedNotes, moveNotes } from '../operations/notes/tend-notes.ts'
import type { Daemon } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'tend-notes'

/** Ends notes that end with a pass, and keeps their signatures those of today's rules: one of all that share the database does it. */
export const tendNotes: Daemon<'results' | 'derived' | 'state'> = {
  name: NAME,
  async start(deps) {
    let after = ''
    let seen = ''
    return every<'results' | 'derived' | 'state'>(
      { seconds: 20 },
      {
        name: NAME,
        async run({ backends, settings, log }, signal) {
          const { results, derived, state } = backends
          const now = `${results.version()} ${derived.version()} ${state.notes.version()}`
          if (now === seen && after === '') return undefined
          await state.withLock(NAME, async lost => {
            after = await endPassedNotes({ ...backends, log }, after, AbortSignal.any([signal, lost]))
            await moveNotes({ ...backends, log }, { readsAgain: settings.failures.logsPerSecond > 0 })
          })
          seen = now
          return undefined
        },
      },
    ).start(deps)
  },
}
