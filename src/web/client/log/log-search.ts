import { BadInput } from '../../../domain/errors.ts'
import { type LineMatcher, lineMatcher, type WantedLine } from '../../../domain/log/search/line-matcher.ts'
import { foundLines, nextFound } from './found-lines.ts'
import { markFound } from './mark-found.ts'
import { type WalkingBar, walkingBar } from './walking-bar.ts'

/** Time after a key in which another may come, in milliseconds. */
const TYPING_MS = 200

/**
 * Walks through the lines of the log that have what is typed into the search form, whose button leads to those lines
 * alone. What is looked for stands in the address: who is sent that sees the same.
 * @param goTo shows a line, and puts it in the address
 */
export function searchInLog(log: HTMLElement, goTo: (line: number) => void): void {
  const form = document.querySelector<HTMLFormElement>('form.log-search')
  const input = form?.querySelector<HTMLInputElement>('input[name=q]')
  if (!form || !input) return
  const bar = walkingBar(step => walk(step))
  form.after(bar.element)
  const search = new Search(log, bar)

  const sayBroken = (): void => bar.say('The search was interrupted: reload the page', false)
  const walk = (step: 1 | -1): void => {
    search
      .look(wantedIn(form))
      .then(() => {
        const line = nextFound(search.found, lineInAddress(), step)
        if (line !== undefined) goTo(line)
        search.say()
      })
      .catch(sayBroken)
  }
  const look = (): void => {
    const wanted = wantedIn(form)
    keepInAddress(wanted)
    search.look(wanted).catch(sayBroken)
  }
  let typing: ReturnType<typeof setTimeout> | undefined
  form.addEventListener('input', () => {
    clearTimeout(typing)
    typing = setTimeout(look, TYPING_MS)
  })
  input.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || input.value === '') return
    event.preventDefault()
    keepInAddress(wantedIn(form))
    walk(event.shiftKey ? -1 : 1)
  })
  addEventListener('hashchange', () => search.say())

  fillFromAddress(form)
  if (input.value === '') return
  if (location.hash === '') walk(1)
  else look()
}

/** What was last looked for in a log, and the lines that were found. */
class Search {
  readonly #log: HTMLElement
  readonly #bar: WalkingBar
  #lookedFor = ''
  #looking: Promise<void> = Promise.resolve()
  found: readonly number[] = []

  constructor(log: HTMLElement, bar: WalkingBar) {
    this.#log = log
    this.#bar = bar
  }

  /** Ends when it is known, at once where it was already. */
  look(wanted: WantedLine): Promise<void> {
    const key = JSON.stringify(wanted)
    if (key !== this.#lookedFor) {
      this.#lookedFor = key
      this.#looking = this.#look(wanted, () => this.#lookedFor === key)
    }
    return this.#looking
  }

  /** Which of the found lines is the one in the address, and how many there are. */
  say(): void {
    const { length } = this.found
    if (length === 0) return
    const place = this.found.indexOf(lineInAddress())
    const lines = `${length.toLocaleString('en-GB')} ${length === 1 ? 'line' : 'lines'}`
    this.#bar.say(
      `${place === -1 ? '' : `${(place + 1).toLocaleString('en-GB')} of `}${lines}${this.#where()}`,
      true,
    )
  }

  async #look(wanted: WantedLine, isWanted: () => boolean): Promise<void> {
    this.found = []
    markFound(this.found)
    this.#bar.element.hidden = wanted.text === ''
    if (wanted.text === '') return
    this.#bar.say('Looking…', false)
    const matcher = matcherFor(wanted)
    if (typeof matcher === 'string') {
      this.#bar.say(matcher, false)
      return
    }
    const found = await foundLines(textsOf(this.#log), matcher, isWanted)
    if (found === undefined || !isWanted()) return
    this.found = found
    markFound(found)
    if (found.length === 0) this.#bar.say(`No line matches${this.#where()}`, false)
    else this.say()
  }

  /** A page has the beginning of a log that is very long, or damaged. */
  #where(): string {
    return this.#log.querySelector('.log-broken') === null ? '' : 'in the part of the log that is shown'
  }
}

function* textsOf(log: HTMLElement): Generator<string> {
  for (const block of log.querySelectorAll('pre')) yield block.textContent
}

/** What is wrong with an invalid pattern. */
function matcherFor(wanted: WantedLine): LineMatcher | string {
  try {
    return lineMatcher(wanted)
  } catch (error) {
    if (error instanceof BadInput) return error.message
    throw error
  }
}

const boxOf = (form: HTMLFormElement, name: string) =>
  form.querySelector<HTMLInputElement>(`input[type=checkbox][name=${name}]`)

function wantedIn(form: HTMLFormElement): WantedLine {
  return {
    text: form.querySelector<HTMLInputElement>('input[name=q]')?.value ?? '',
    isPattern: boxOf(form, 'pattern')?.checked ?? false,
    ignoreCase: !(boxOf(form, 'case')?.checked ?? false),
  }
}

function fillFromAddress(form: HTMLFormElement): void {
  const { searchParams } = new URL(location.href)
  const input = form.querySelector<HTMLInputElement>('input[name=q]')
  const text = searchParams.get('q')
  // Without one the browser may have kept what was typed before it went away
  if (input === null || text === null) return
  input.value = text
  for (const name of ['case', 'pattern']) {
    const box = boxOf(form, name)
    if (box !== null) box.checked = searchParams.get(name) === '1'
  }
}

function keepInAddress({ text, isPattern, ignoreCase }: WantedLine): void {
  const address = new URL(location.href)
  const { searchParams } = address
  for (const name of ['q', 'case', 'pattern']) searchParams.delete(name)
  if (text !== '') {
    searchParams.set('q', text)
    if (!ignoreCase) searchParams.set('case', '1')
    if (isPattern) searchParams.set('pattern', '1')
  }
  if (address.href !== location.href) history.replaceState(history.state, '', address)
}

/** The first line that the address names; 0 for none. */
const lineInAddress = (): number => Number(/^#L(\d+)/.exec(location.hash)?.[1] ?? 0)
