import type { Rules } from '../rule.ts'

/** Messages of autopkgtest about itself, its testbed and the package. */
export const autopkgtest: Rules = [
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: timed out/,
    kind: 'timeout',
    strength: 'cause',
  },
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: (?:testbed failure(?!: testbed auxverb failed with exit code 255)|unexpected error)/,
    kind: 'testbed',
    strength: 'detail',
  },
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: (?!erroneous package: rules|timed out|testbed failure|unexpected error)/,
    kind: 'testbed',
    strength: 'failure',
  },
  // A test that exits with 255 also ends like this: its own output comes first
  {
    words: ['testbed auxverb failed with exit code 255'],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: /,
    kind: 'testbed',
    strength: 'error',
  },
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: erroneous package: rules/,
    kind: 'other',
    strength: 'result',
  },
  {
    words: ['<virtsubproc>:', 'qemu-system', 'failed to boot', 'sent `auxverb', 'sent `copy'],
    is: /^<VirtSubproc>: failure|sent `\w[^`']*', got |^qemu-system\S*: (?!warning)/,
    kind: 'testbed',
    strength: 'cause',
  },
]
