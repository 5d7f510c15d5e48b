import type { Verdict } from '../../../domain/run/verdict.ts'

/**
 * The colours of verdicts where the style of the site does not reach: those of its light theme
 * (`web/style/verdicts.css`), on which white can be read. `unknown`: nothing was run.
 */
export const BADGE_COLOURS: Readonly<Record<Verdict | 'unknown', string>> = {
  pass: '#0b6b30',
  fail: '#b00f1b',
  neutral: '#51606c',
  tmpfail: '#835300',
  error: '#9d3f00',
  denylisted: '#57534f',
  otherfail: '#9d3f00',
  unknown: '#57534f',
}
