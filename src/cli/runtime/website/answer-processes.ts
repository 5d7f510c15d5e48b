import type { Exposition } from '../../../metrics.ts'
import type { Commons } from '../../../web/commons.ts'
import type { Question } from './process-messages.ts'

/** The questions of one process, answered from what is known of all. */
export interface ProcessAnswers {
  answer(question: Question): Promise<unknown>
  /** What the process held under this number is over. */
  over(hold: number): void
  goodCredentials(group: string): void
  /** The process has ended, and with it all that it held. */
  end(): void
}

export function answerProcess(commons: Commons, metrics: () => Promise<Exposition>): ProcessAnswers {
  const held = new Map<number, () => void>()

  return {
    async answer({ name, of }: Question) {
      if (name === 'admitPage') return commons.admitPage(of.group)
      if (name === 'take') {
        const release = await commons[of.kind].take(of.group)
        if (release !== undefined) held.set(of.hold, release)
        return release !== undefined
      }
      if (name === 'promise') return commons.promised.promise(of.group, of.sha256)
      if (name === 'promised') return commons.promised.of(of.group)
      if (name === 'tryCredentials') return commons.badCredentials.take(of.group, new Date())
      return name === 'state' ? commons.state() : metrics()
    },
    over(hold) {
      held.get(hold)?.()
      held.delete(hold)
    },
    goodCredentials: group => commons.badCredentials.giveBack(group),
    end() {
      for (const release of held.values()) release()
      held.clear()
    },
  }
}
