import { html } from 'hono/html'
import { expect, it } from 'vitest'
import { fc } from '../../../../test/fuzz.ts'
import { Empty } from '../empty.view.ts'
import { attribute, escapedAlready, markup, NOTHING } from './markup.ts'

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

it('leaves out how it is laid out, between tags and beside what is put in', () => {
  const rows = ['a', 'b'].map(
    name => markup`
      <li>
        ${name}
      </li>\n
    `,
  )
  expect(
    String(markup`
    <ul
      class="list"
      ${attribute('hidden', true)}
      data-of="${rows.length}"
    >
      ${rows}
    </ul>
  `),
  ).toBe('<ul class="list" hidden="" data-of="2"><li>a</li>\n<li>b</li>\n</ul>')
})

it('takes a line break between two words for a space, and keeps a space that is asked for', () => {
  expect(
    String(markup`
    <p>
      One line and
      ${'another'} with <b>all</b>${' '}
      <i>its</i> words.
    </p>
  `),
  ).toBe('<p>One line andanother with <b>all</b> <i>its</i> words.</p>')
  expect(
    String(markup`<p>Two
    words</p>`),
  ).toBe('<p>Two words</p>')
})

it('keeps what is put in as it is, line breaks and all', () => {
  expect(String(markup`<pre>${'a\n  b\n'}</pre>`)).toBe('<pre>a\n  b\n</pre>')
})

it('writes an attribute only where it says something', () => {
  expect(String(markup`<a${attribute('rel', undefined)}${attribute('open', false)}>`)).toBe('<a>')
  expect(String(markup`<a${attribute('title', '"<b>"')}>`)).toBe('<a title="&quot;&lt;b&gt;&quot;">')
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
