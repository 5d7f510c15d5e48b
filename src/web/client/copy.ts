/** How long the button says that it did it, in milliseconds. */
const SAID_MS = 2000

/** A button above each text that is to be copied; where the browser gives a page no clipboard, there is none. */
export function offerCopies(): void {
  // Only to be had behind https and on this machine
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
