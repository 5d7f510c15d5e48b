import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import type { Verdict } from '../../../../domain/run/verdict.ts'
import { BADGE_COLOURS } from '../../../ui/facts/verdict-colours.ts'
import { badgeWords } from './badge.view.ts'

const GZIP = aRun().of('gzip')
const RUNS = [
  GZIP.on('noble', 'amd64').failing(),
  GZIP.on('noble', 'amd64').with({ runId: aRun().runId }),
  GZIP.on('noble', 's390x').exiting(8),
  GZIP.on('jammy', 'amd64').failing(),
  GZIP.on('jammy', 's390x').exiting(16),
  GZIP.on('jammy', 'arm64').exiting(4),
  GZIP.on('gone', 'amd64').failing(),
]

describe('a badge', () => {
  it('says how the newest runs went, of a package, in a release, on an architecture', async () => {
    const site = await aSite(RUNS)
    const said = async (path: string) => (await site.get(path)).document.querySelector('title')?.textContent
    expect(await said('/packages/gzip/badge.svg')).toBe('gzip: 2 fail, 1 tmpfail of 5')
    expect(await said('/packages/gzip/noble/badge.svg')).toBe('gzip on noble: all 2 pass')
    expect(await said('/packages/gzip/jammy/badge.svg')).toBe('gzip on jammy: 2 fail, 1 tmpfail of 3')
    expect(await said('/packages/gzip/noble/s390x/badge.svg')).toBe('gzip on noble s390x: neutral')
    expect(await said('/packages/gzip/gone/amd64/badge.svg')).toBe('gzip on gone amd64: fail')
    expect(await said('/packages/none/badge.svg')).toBe('none: unknown')
  })

  it('is small, has no script, may be kept for a minute, and is not sent again to who has it', async () => {
    const site = await aSite(RUNS)
    const { status, headers, text } = await site.get('/packages/gzip/badge.svg')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
    expect(headers.get('cache-control')).toBe('public, max-age=60')
    expect(text.length).toBeLessThan(1000)
    expect(text).not.toMatch(/<script|style=|href=|\son\w+=/)
    const kept = { headers: { 'if-none-match': headers.get('etag') ?? '' } }
    expect((await site.get('/packages/gzip/badge.svg', kept)).status).toBe(304)
  })

  it('is read aloud as one line, whatever the name holds', async () => {
    const site = await aSite()
    const { document, text } = await site.get(`/packages/${encodeURIComponent('<script>"\u0007&')}/badge.svg`)
    expect(document.querySelector('svg')?.getAttribute('role')).toBe('img')
    expect(text).toContain('aria-label="&lt;script&gt;&quot;␇&amp;: unknown"')
    const long = await site.get(`/packages/${'x'.repeat(2000)}/badge.svg`)
    expect(Number(long.document.querySelector('svg')?.getAttribute('width'))).toBeLessThan(500)
  })

  it('has the words of the verdicts, and the colour of what there is most of', () => {
    const words = (...verdicts: Verdict[]) => badgeWords(verdicts)
    expect(words('tmpfail')).toEqual({ text: 'tmpfail', colour: BADGE_COLOURS.tmpfail })
    expect(words('pass', 'denylisted')).toEqual({
      text: '1 denylisted of 2',
      colour: BADGE_COLOURS.denylisted,
    })
    expect(words('neutral', 'neutral')).toEqual({ text: 'all 2 neutral', colour: BADGE_COLOURS.neutral })
    expect(words('error', 'fail', 'error')).toEqual({
      text: '2 error, 1 fail of 3',
      colour: BADGE_COLOURS.error,
    })
  })

  it('has the colours that the site has', () => {
    const style = readFileSync('src/web/style/verdicts.css', 'utf8')
    for (const [verdict, colour] of Object.entries(BADGE_COLOURS)) {
      if (verdict === 'otherfail' || verdict === 'unknown') continue
      expect(/:root \{[^}]*\}/.exec(style)?.[0]).toContain(`--${verdict}: ${colour};`)
    }
  })
})
