import { checkPackage, checkTrigger, isPpaName } from '../../domain/request/request-form.ts'
import { PPA_FORM } from '../../domain/request/request-problems.ts'
import { suggestPackages } from './lists/suggest-packages.ts'

/** What is wrong with a value, by the same rules as the server's; undefined for a good one, and for an empty one. */
const CHECKS: Readonly<Record<string, (value: string) => string | undefined>> = {
  package: value => checkPackage(value)?.lines.join(', '),
  trigger: value => checkTrigger(value)?.lines.join(', '),
  ppa: value => (isPpaName(value) ? undefined : PPA_FORM),
}

/** The form in which tests are requested: growing lists, packages as one types, and problems beside their fields. */
export function helpRequesting(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-request-form]')
  if (form === null) return
  for (const button of form.querySelectorAll<HTMLElement>('[data-without-script]')) button.hidden = true
  for (const list of form.querySelectorAll<HTMLUListElement>('[data-list]')) growList(list)
  form.addEventListener('input', event => {
    markOutdated(form)
    // What is being typed is not wrong yet; what was wrong is right as soon as it is
    if (isChecked(event.target) && event.target.getAttribute('aria-invalid') === 'true') check(event.target)
  })
  form.addEventListener('focusout', event => {
    if (isChecked(event.target)) check(event.target)
  })
  const input = form.querySelector<HTMLInputElement>('input[name=package]')
  if (input?.parentElement) {
    suggestPackages(input, input.parentElement, found => {
      input.value = found.package
      input.dispatchEvent(new Event('input', { bubbles: true }))
      check(input)
    })
  }
  form.addEventListener('submit', event => {
    const isRequest = (event.submitter as HTMLButtonElement | null)?.hasAttribute('formaction') === true
    if (isRequest && !isReady(form)) event.preventDefault()
  })
}

const isChecked = (target: EventTarget | null): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.dataset.check !== undefined

/** Says beside a field what is wrong with it. */
function check(input: HTMLInputElement): boolean {
  const value = input.value.trim()
  if (value !== input.value) input.value = value
  const text = value === '' ? undefined : CHECKS[input.dataset.check ?? '']?.(value)
  if (text === undefined) input.removeAttribute('aria-invalid')
  else input.setAttribute('aria-invalid', 'true')
  say(input.getAttribute('aria-describedby') ?? '', text ?? '')
  return text === undefined
}

function say(id: string, text: string): void {
  const place = document.getElementById(id)
  if (place !== null && place.textContent !== text) place.textContent = text
}

/** Whether the form can be sent as a request; if not, says why and goes to the first fault. */
function isReady(form: HTMLFormElement): boolean {
  const wrong = [...form.querySelectorAll<HTMLInputElement>('[data-check]')].filter(input => !check(input))
  const arches = [...form.querySelectorAll<HTMLInputElement>('input[name=arch]')]
  const hasArch = arches.some(arch => arch.checked)
  say('arch-problem', hasArch ? '' : 'On which architecture?')
  const first = wrong[0] ?? (hasArch ? undefined : arches[0])
  first?.focus()
  return first === undefined
}

/** The preview is of the form as it was. */
function markOutdated(form: HTMLFormElement): void {
  const preview = form.querySelector('#preview')
  if (preview === null || preview.querySelector('h2') === null || preview.classList.contains('outdated'))
    return
  preview.classList.add('outdated')
  const note = document.createElement('p')
  note.className = 'note'
  note.setAttribute('role', 'status')
  note.textContent = 'The form has changed since.'
  preview.prepend(note)
}

/** Buttons that add and remove fields, one empty field instead of several, and lists that are pasted into one. */
function growList(list: HTMLUListElement): void {
  const one = list.dataset.one ?? ''
  const fields = (): HTMLInputElement[] => [...list.querySelectorAll('input')]
  const number = (): void => {
    for (const [index, input] of fields().entries()) {
      const id = `${list.dataset.list}-${index + 1}`
      input.id = id
      input.setAttribute('aria-label', `${one} ${index + 1}`)
      input.setAttribute('aria-describedby', `${id}-problem`)
      input.required = index === 0 && list.dataset.list === 'trigger'
      const item = input.closest('li')
      item?.querySelector('.problem')?.setAttribute('id', `${id}-problem`)
      item?.querySelector('button')?.setAttribute('aria-label', `Remove ${one} ${index + 1}`)
    }
  }
  const remove = (item: HTMLLIElement): void => {
    const at = fields().findIndex(input => item.contains(input))
    const input = item.querySelector('input')
    if (fields().length > 1) item.remove()
    else if (input) {
      input.value = ''
      check(input)
    }
    number()
    ;(fields()[Math.max(0, at - 1)] ?? input)?.focus()
    list.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const addButton = (item: HTMLLIElement): void => {
    const button = document.createElement('button')
    button.type = 'button'
    button.dataset.byScript = ''
    button.className = 'remove'
    button.textContent = 'Remove'
    button.addEventListener('click', () => remove(item))
    item.querySelector('input')?.after(button)
  }
  const add = (value: string): HTMLInputElement => {
    const item = list.lastElementChild?.cloneNode(true) as HTMLLIElement
    item.querySelector('button')?.remove()
    addButton(item)
    const input = item.querySelector('input') as HTMLInputElement
    input.value = value
    list.append(item)
    number()
    check(input)
    return input
  }
  for (const empty of fields()
    .slice(1)
    .filter(input => input.value === '')) {
    empty.closest('li')?.remove()
  }
  for (const item of list.querySelectorAll('li')) addButton(item)
  number()
  list.addEventListener('paste', event => {
    const values =
      event.clipboardData
        ?.getData('text')
        .split(/[\s,]+/)
        .filter(Boolean) ?? []
    if (values.length < 2 || !(event.target instanceof HTMLInputElement)) return
    event.preventDefault()
    const [first = '', ...others] = values
    event.target.value = first
    check(event.target)
    for (const value of others) add(value)
    list.dispatchEvent(new Event('input', { bubbles: true }))
  })
  const more = document.createElement('button')
  more.type = 'button'
  more.dataset.byScript = ''
  more.className = 'add'
  more.textContent = `Add a ${one}`
  more.addEventListener('click', () => add('').focus())
  list.after(more)
}
