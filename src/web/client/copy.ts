/** How long the button says that it did it, in milliseconds. */
const SAID_MS = 2000

/** Adds a button above each text that can be copied, if the browser gives the page a clipboard. */
export function offerCopies(): void {
  // Only available with https and on this machine
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard === undefined) return
  for (const text of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'copy'
    button.dataset.byScript = ''
    button.textContent = 'Copy'
    button.setAttribute('aria-live', 'polite')
    const say = (words: string): void => {
      button.textContent = words
      setTimeout(() => {
        button.textContent = 'Copy'
      }, SAID_MS)
    }
    button.addEventListener('click', () => {
      clipboard.writeText(text.textContent).then(
        () => say('Copied'),
        () => say('Copying failed'),
      )
    })
    text.before(button)
  }
}
