/** What a key does on this page, for the help. */
interface Key {
  readonly key: string
  readonly help: string
  run(): void
}

const keys = new Map<string, Key>()

/** Gives a key a meaning on this page, shown by `?`. Never while something is typed. */
export function onKey(key: string, help: string, run: () => void): void {
  keys.set(key, { key, help, run })
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable]') !== null
  )
}

/** Listens for keys; call once. */
export function listenToKeys(): void {
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const known = keys.get(event.key)
    if (known === undefined) return
    event.preventDefault()
    known.run()
  })
}

/** Every key with a meaning here. */
export function knownKeys(): readonly Key[] {
  return [...keys.values()]
}
