type Theme = 'light' | 'dark'

function shown(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** A button in the header that changes between light and dark, and remembers it in this browser. */
export function offerThemes(): void {
  const header = document.querySelector('header.site')
  if (header === null) return
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'theme'
  const say = (): void => {
    const other = shown() === 'dark' ? 'light' : 'dark'
    button.setAttribute('aria-label', `Change to the ${other} theme`)
    button.title = `Change to the ${other} theme`
  }
  button.addEventListener('click', () => {
    const theme: Theme = shown() === 'dark' ? 'light' : 'dark'
    document.documentElement.dataset.theme = theme
    try {
      localStorage.setItem('theme', theme)
    } catch {
      // It holds for this page then
    }
    say()
  })
  say()
  header.append(button)
}
