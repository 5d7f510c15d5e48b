/**
 * Runs before the page is painted: a theme that was chosen here stands from the first pixel. In a private
 * window, where nothing may be kept, the system's theme stands.
 */
try {
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // The system's theme stands
}
