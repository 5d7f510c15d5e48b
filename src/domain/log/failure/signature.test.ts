import { describe, expect, it } from 'vitest'
import { signatureAddress, signatureText } from './signature.ts'

describe('a signature', () => {
  it.each([
    [
      'times and process numbers',
      '2026-11-29 17:24:25,399 19664 ERROR feed: worker 4 died',
      '2025-01-02 07:00:00,001 42 ERROR feed: worker 7 died',
    ],
    ['addresses', 'segfault at 0x55b610bab21d', 'segfault at 0x7f00'],
    [
      'folders of a testbed',
      '/tmp/autopkgtest.C98efF/build.2OM/real-tree/src/t.c:4: bad',
      '/home/x/build.Zz9/t.c:90: bad',
    ],
    ['names that were drawn', "cannot open '/tmp/tmpab12_xyz'", "cannot open '/tmp/tmp99zzzzzz'"],
    ['durations', 'gave up after 3s', 'gave up after 250 ms'],
    ['versions', 'needs libfoo 1.2.3', 'needs libfoo 2.0'],
    [
      'where Perl looked',
      "Can't locate A/B.pm in @INC (@INC contains: /a /b)",
      "Can't locate A/B.pm in @INC",
    ],
  ])('is without %s', (_, one, other) => {
    expect(signatureText(one)).toBe(signatureText(other))
    expect(signatureText(one)).not.toBe('')
  })

  it('keeps what tells one failure from another', () => {
    expect(signatureText("No such file: '/etc/foo.conf'")).not.toBe(
      signatureText("No such file: '/etc/bar.conf'"),
    )
    expect(signatureText('-5')).not.toBe(signatureText('-7'))
    expect(signatureText('AssertionError', 'test_a (M)')).not.toBe(
      signatureText('AssertionError', 'test_b (M)'),
    )
  })

  it('has at most 300 characters, and an address of 16', () => {
    expect(signatureText('word '.repeat(1000)).length).toBeLessThanOrEqual(300)
    expect(signatureAddress('x', () => '0123456789abcdef'.repeat(4))).toBe('0123456789abcdef')
  })
})
