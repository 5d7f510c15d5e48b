import { describe, expect, it } from 'vitest'
import { noteLinks, notePieces } from './note-links.ts'

const LP = 'https://bugs.launchpad.net/bugs/'
const leads = (text: string) => noteLinks(text).map(({ name, href }) => `${name} ${href}`)

describe('what a note names', () => {
  it('are bugs as changelogs write them', () => {
    expect(leads('see LP: #2051234, #77 and lp:#5 (closes: #99, bug#100)')).toEqual([
      `LP #2051234 ${LP}2051234`,
      `LP #77 ${LP}77`,
      `LP #5 ${LP}5`,
      'Debian #99 https://bugs.debian.org/99',
      'Debian #100 https://bugs.debian.org/100',
    ])
  })

  it('are addresses without the sentence around them, each once', () => {
    expect(
      leads('(https://example.org/a_(b)), then https://example.org/x?y=1#z. HTTPS://example.org/x?y=1#z!'),
    ).toEqual([
      'example.org/a_(b) https://example.org/a_(b)',
      'example.org/x?y=1#z https://example.org/x?y=1#z',
    ])
  })

  it('is nothing that leads elsewhere than to pages', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,x',
      'LP #12',
      'HELP: #12',
      'http://',
      'https://[',
      '#12',
      'ftp://example.org',
    ])
      expect(leads(text)).toEqual([])
  })

  it('stands in pieces that together are the text', () => {
    for (const text of [
      '',
      'a\nb',
      'LP: #1, #2',
      'x https://a.example/<b>"c" y',
      'LP: #1https://a.example/.',
      'closes: #1, 🠉',
    ])
      expect(
        notePieces(text)
          .map(piece => piece.text)
          .join(''),
      ).toBe(text)
    expect(notePieces('LP: #1, #2.')).toEqual([
      { text: 'LP: #1', href: `${LP}1` },
      { text: ', ' },
      { text: '#2', href: `${LP}2` },
      { text: '.' },
    ])
  })
})
