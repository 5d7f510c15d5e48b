import { describe, expect, it } from 'vitest'
import { parsePackagePatterns } from './package-patterns.ts'

const isOn = (text: string, name: string, arch = 'amd64', release = 'noble') =>
  parsePackagePatterns(text).has({ package: name, arch, release })

describe('a list of packages', () => {
  it('holds a package everywhere, on an architecture, or on one release of it', () => {
    const text = '# never\nlinux\naom/armhf # too slow\n\n389-ds/all/jammy\nlibre*/s390x\n'
    expect(isOn(text, 'linux')).toBe(true)
    expect(isOn(text, 'linux-meta')).toBe(false)
    expect([isOn(text, 'aom'), isOn(text, 'aom', 'armhf')]).toEqual([false, true])
    expect([isOn(text, '389-ds'), isOn(text, '389-ds', 'arm64', 'jammy')]).toEqual([false, true])
    expect([isOn(text, 'libreoffice', 's390x'), isOn(text, 'libx', 's390x')]).toEqual([true, false])
  })

  it('takes dots and pluses for themselves', () => {
    expect([isOn('g++', 'g++'), isOn('a.b', 'axb'), isOn('a?b', 'axb')]).toEqual([true, false, true])
    expect(isOn('', 'linux')).toBe(false)
  })
})
