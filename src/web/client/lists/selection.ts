/** As many as are retried in one go. */
const MOST = 100

/** Says beside the button how many runs are selected to be retried, and keeps it in sight. */
export function followSelection(): void {
  const form = document.querySelector<HTMLFormElement>('form.selection')
  const button = form?.querySelector('button')
  if (!form || !button) return
  const boxes = (): HTMLInputElement[] => [
    ...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][form="${form.id}"]`),
  ]
  const said = document.createElement('span')
  said.setAttribute('role', 'status')
  const none = document.createElement('button')
  none.type = 'button'
  none.dataset.byScript = ''
  none.textContent = 'Select none'
  form.append(none, said)

  const show = (): void => {
    const count = boxes().filter(box => box.checked).length
    form.classList.toggle('in-use', count > 0)
    button.disabled = count === 0 || count > MOST
    none.hidden = count === 0
    const text = count > MOST ? `${count} selected; ${MOST} can be retried at once` : `${count} selected`
    said.textContent = count === 0 ? '' : text
  }
  none.addEventListener('click', () => {
    for (const box of boxes()) box.checked = false
    show()
  })
  document.addEventListener('change', event => {
    if (event.target instanceof HTMLInputElement && event.target.form === form) show()
  })
  // A browser that comes back to the page may have kept what was selected
  addEventListener('pageshow', show)
  show()
}
