/** Says how many lines were found, and leads from one to the next; stays in sight in a long log. */
export interface WalkingBar {
  readonly element: HTMLElement
  /** @param isWalkable whether there is somewhere to go */
  say(words: string, isWalkable: boolean): void
}

/** Hidden at first. */
export function walkingBar(walk: (step: 1 | -1) => void): WalkingBar {
  const element = document.createElement('div')
  element.className = 'found-bar'
  element.setAttribute('role', 'group')
  element.setAttribute('aria-label', 'Found in the log')
  element.dataset.byScript = ''
  element.hidden = true
  const words = document.createElement('output')
  const buttons = ([-1, 1] as const).map(step => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = step === 1 ? 'Next' : 'Previous'
    button.title = step === 1 ? 'Next line found (Enter)' : 'Previous line found (Shift and Enter)'
    button.addEventListener('click', () => walk(step))
    return button
  })
  element.append(words, ...buttons)
  return {
    element,
    say(text, isWalkable) {
      words.textContent = text
      for (const button of buttons) button.disabled = !isWalkable
    },
  }
}
