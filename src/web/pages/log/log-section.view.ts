import type { LogIndex, LogSection } from '../../../domain/log-index.ts'
import { lineHtml } from './line-text.ts'

const TITLES = { preparation: 'Preparation', test: 'Test', summary: 'Summary' } as const

/** What a section is called in the contents and at its head. */
export function sectionTitle(section: LogSection): string {
  return section.kind === 'test' ? section.name : TITLES[section.kind]
}

const hasFailed = (section: LogSection): boolean => section.result === 'FAIL' || section.result === 'BROKEN'

/**
 * The sections that are unfolded at first: those of failed tests, and where the error is that ended the run; if
 * there are none, the summary, else the last section.
 */
export function unfolded(index: LogIndex): ReadonlySet<number> {
  const { sections, errorLine } = index
  const open = new Set(sections.filter(hasFailed).map(section => section.line))
  if (errorLine !== undefined) open.add(sections.findLast(section => section.line <= errorLine)?.line ?? 1)
  if (open.size === 0) {
    open.add(
      (sections.find(section => section.kind === 'summary') ?? sections[sections.length - 1])?.line ?? 1,
    )
  }
  return open
}

/** The result's word with its mark, and the reason. */
export function resultHtml(section: LogSection): string {
  if (section.result === undefined) return ''
  const word = section.result.toLowerCase()
  const detail = section.detail ? ` <span class="reason">${lineHtml(section.detail)}</span>` : ''
  return `<span class="mark mark-${word}">${section.result}</span>${detail}`
}

/** Opens a section; its number makes the anchor `#S<n>`. */
export function sectionHead(section: LogSection, number: number, open: boolean): string {
  const result = resultHtml(section)
  return `<details class="log-section" id="S${number}" data-result="${section.result ?? ''}"${open ? ' open' : ''}><summary>${lineHtml(sectionTitle(section))}${result && ` ${result}`}</summary>`
}

export const SECTION_TAIL = '</details>'
