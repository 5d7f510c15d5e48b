/** A context is the part of a queue's name that gives the kind of request in it. */
export type Context = 'ubuntu' | 'huge' | 'ppa' | 'upstream'

/** In the order in which they are shown; `ubuntu` does not appear in the name. */
export const CONTEXTS: readonly Context[] = ['ubuntu', 'huge', 'ppa', 'upstream']

export interface QueueKey {
  readonly context: Context
  readonly release: string
  readonly arch: string
}

/** `debci-[context-]release-arch`, as workers declare it. */
export function queueName(queue: QueueKey): string {
  const context = queue.context === 'ubuntu' ? '' : `${queue.context}-`
  return `debci-${context}${queue.release}-${queue.arch}`
}

/** Every queue of the configured releases and arches, by context, release, arch. */
export function allQueues(releases: readonly string[], arches: readonly string[]): QueueKey[] {
  return CONTEXTS.flatMap(context =>
    releases.flatMap(release => arches.map(arch => ({ context, release, arch }))),
  )
}

/** The inverse of {@link queueName}; undefined for names of another form. */
export function parseQueueName(name: string): QueueKey | undefined {
  const parts = name.split('-')
  if (parts[0] !== 'debci') return undefined
  const [context, release, arch] = parts.length === 3 ? ['ubuntu', parts[1], parts[2]] : parts.slice(1)
  if (parts.length < 3 || parts.length > 4 || !release || !arch) return undefined
  const known = CONTEXTS.find(one => one === context)
  return known && { context: known, release, arch }
}
