import { ago } from './ago.ts'

const EVERY_MS = 30_000

/** Writes beside each `<time datetime>` inside how long ago that was. */
export function relateTimes(root: ParentNode): void {
  const now = Date.now()
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    let beside = time.nextElementSibling
    if (!beside?.classList.contains('ago')) {
      beside = document.createElement('span')
      beside.className = 'ago'
      time.after(' ', beside)
    }
    const text = ago(Date.parse(time.dateTime), now)
    if (beside.textContent !== text) beside.textContent = text
  }
}

/** Keeps all times of the page up to date. */
export function keepTimes(): void {
  relateTimes(document)
  setInterval(() => relateTimes(document), EVERY_MS)
}
