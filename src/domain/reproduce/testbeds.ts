import type { TestKey } from '../test/test.ts'

/** A testbed for one's own machine: how to make it once, and how to tell autopkgtest to use it. */
export interface TestbedKind {
  readonly name: 'LXD' | 'QEMU' | 'schroot'
  /** The words of the command that makes it, under the name that `use` refers to. */
  readonly make: readonly string[]
  /** The words after autopkgtest's `--`. */
  readonly use: readonly string[]
}

/**
 * Testbeds with the names that their builders give them: autopkgtest-build-lxd(1),
 * autopkgtest-buildvm-ubuntu-cloud(1), mk-sbuild(1). Release and arch must be valid names.
 */
export function testbedsOf({ release, arch }: Pick<TestKey, 'release' | 'arch'>): TestbedKind[] {
  return [
    {
      name: 'LXD',
      make: ['autopkgtest-build-lxd', `ubuntu-daily:${release}/${arch}`],
      use: ['lxd', `autopkgtest/ubuntu/${release}/${arch}`],
    },
    {
      name: 'QEMU',
      make: ['autopkgtest-buildvm-ubuntu-cloud', '-r', release, '-a', arch],
      use: ['qemu', `autopkgtest-${release}-${arch}.img`],
    },
    {
      name: 'schroot',
      make: ['mk-sbuild', `--arch=${arch}`, release],
      use: ['schroot', `${release}-${arch}`],
    },
  ]
}
