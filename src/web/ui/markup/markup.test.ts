import { html } from 'hono/html'
import { expect, it } from 'vitest'
import { fc } from '../../../../test/fuzz.ts'
import { Empty } from '../empty.view.tsx'
import { escapedAlready, markup, NOTHING } from './markup.ts'

it('escapes text, for between tags and for attributes', () => {
  const text = `<img src=x onerror="a('b')"> & more`
  expect(String(markup`<p title="${text}">${text}</p>`)).toBe(
    '<p title="&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt; &amp; more">&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt; &amp; more</p>',
  )
})

it('takes markup and views as they are, and lists of anything', () => {
  const part = markup`<b>${'1 < 2'}</b>`
  expect(String(markup`${part}${[part, '&', [3, NOTHING, null]]}${escapedAlready('<hr>')}`)).toBe(
    '<b>1 &lt; 2</b><b>1 &lt; 2</b>&amp;3<hr>',
  )
  expect(String(markup`${Empty({ children: part })}`)).toContain('<b>1 &lt; 2</b>')
})

it('escapes what objects say of themselves, unless it is markup', () => {
  expect(String(markup`${{ toString: () => '<b>' }}`)).toBe('&lt;b&gt;')
  expect(String(markup`${new URL('http://host/?a&b')}`)).toBe('http://host/?a&amp;b')
})

it('says nothing for nothing', () => {
  expect(String(markup`${null}${undefined}${false}${true}${''}${[]}`)).toBe('')
})

it('escapes whatever text as its framework does', () => {
  const text = fc.string({ unit: fc.oneof(fc.constantFrom('&', '<', '>', '"', "'", '`', '\0'), fc.string()) })
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(String(markup`<a b="${one}">${[other, one]}`)).toBe(String(html`<a b="${one}">${[other, one]}`))
    }),
  )
})
