import { expect, it } from 'vitest'
import { versionText, wrapping } from './wrapping.ts'

it.each([
  ['2.39-0ubuntu8.6', '2.39-0ubuntu8.6'],
  ['linux-firmware/20240318.git3b1', 'linux-<wbr>firmware/<wbr>20240318.<wbr>git3b1'],
  ['1:2.39-0ubuntu8.6+git20240318~', '1:<wbr>2.<wbr>39-<wbr>0ubuntu8.<wbr>6+<wbr>git20240318~'],
  ['a'.repeat(40), 'a'.repeat(40)],
  ['--------------------------', '--------------------------'],
  ['Test already queued:\nrelease: noble-2', 'Test already queued:\nrelease: noble-<wbr>2'],
])('%s wraps after punctuation, but not at its end or before a blank', (text, html) => {
  expect(String(wrapping(text))).toBe(html)
})

it('escapes what it wraps', () => {
  expect(String(wrapping('<b>"long"&\'longer\'-than.others'))).toBe(
    '&lt;b&gt;&quot;long&quot;&amp;&#39;longer&#39;-<wbr>than.<wbr>others',
  )
  expect(String(wrapping('<b>'))).toBe('&lt;b&gt;')
})

it('takes no longer than the text does, whatever it is of', () => {
  const dots = '.'.repeat(200_000)
  expect(String(wrapping(`${dots}a${dots}`))).toBe(`${dots}<wbr>a${dots}`)
})

it.each([null, undefined, ''])('says of the version %j that it is unknown', version => {
  expect(String(versionText(version))).toBe('<span class="quiet">unknown</span>')
})
