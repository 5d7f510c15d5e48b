/** The change in the number of tests with an outcome, for a trigger in one release and arch. */
export interface CountChange {
  readonly trigger: number
  readonly releaseArch: number
  readonly stored: number
  more: number
}

/** Adds up changes of counts, so each is written once. */
export function tally() {
  const changes = new Map<string, CountChange>()
  const add = (trigger: number, releaseArch: number, stored: number | undefined, more: number) => {
    if (stored === undefined) return
    const key = `${trigger} ${releaseArch} ${stored}`
    const one = changes.get(key)
    if (one === undefined) changes.set(key, { trigger, releaseArch, stored, more })
    else one.more += more
  }
  return {
    /** One test changed from one outcome to another; undefined if it had or has none. */
    move(trigger: number, releaseArch: number, before: number | undefined, after: number | undefined): void {
      if (before === after) return
      add(trigger, releaseArch, before, -1)
      add(trigger, releaseArch, after, 1)
    },
    all: (): readonly CountChange[] => [...changes.values()].filter(one => one.more !== 0),
  }
}
