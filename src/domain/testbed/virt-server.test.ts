import { describe, expect, it } from 'vitest'
import { parseVirtServer, splitWords, virtWords } from './virt-server.ts'

const TEST = { release: 'noble', arch: 'arm64', package: 'gzip' }

describe('a virtualisation server', () => {
  it.each([
    ['null', ['null']],
    ['schroot NAME', ['schroot', 'NAME']],
    ['schroot:NAME', ['schroot', 'NAME']],
    ['schroot: NAME', ['schroot', 'NAME']],
    ['  schroot   $RELEASE-$ARCH ', ['schroot', 'noble-arm64']],
    ['unshare --release $RELEASE', ['unshare', '--release', 'noble']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as operators write it
    ['lxd images:ubuntu/${RELEASE}/$ARCH', ['lxd', 'images:ubuntu/noble/arm64']],
    [
      'qemu "/srv/my images/$RELEASE.img" --ram-size=2048',
      ['qemu', '/srv/my images/noble.img', '--ram-size=2048'],
    ],
    ['ssh -s $PACKAGE $RELEASES $HOME', ['ssh', '-s', 'gzip', '$RELEASES', '$HOME']],
  ])('is read from %j, word by word', (text, words) => {
    expect(virtWords(parseVirtServer(text), TEST)).toEqual(words)
  })

  it.each(['', ' ', '../evil', '-x', 'null something', 'qemu "open', 'Qemu x'])('is not %j', text => {
    expect(() => parseVirtServer(text)).toThrow()
  })

  it('never reads a value as more than part of one word', () => {
    expect(virtWords(parseVirtServer('lxd $PACKAGE'), { ...TEST, package: 'a b $ARCH' })).toEqual([
      'lxd',
      'a b $ARCH',
    ])
  })
})

describe('words', () => {
  it('are held together by quotes alone', () => {
    expect(splitWords(`a "b c" d'e f'g \\$x;rm`)).toEqual(['a', 'b c', 'de fg', '\\$x;rm'])
    expect(splitWords('')).toEqual([])
    expect(splitWords("''")).toEqual([''])
  })
})
