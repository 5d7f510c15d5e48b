import type { Rules } from '../rule.ts'

const OWN = /^autopkgtest \[\d\d:\d\d:\d\d\]: (?:ERROR: )?/

/** What autopkgtest says of itself, of its testbed and of the package. */
export const autopkgtest: Rules = [
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: timed out/,
    kind: 'timeout',
    strength: 'cause',
  },
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: (?:testbed failure|unexpected error|.*testbed|.*virtualisation)/i,
    kind: 'testbed',
    strength: 'detail',
  },
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: (?!erroneous package: rules|timed out|testbed|unexpected error)/,
    kind: 'testbed',
    strength: 'failure',
  },
  {
    starts: ['autopkgtest ['],
    is: /^autopkgtest \[[\d:]{8}\]: ERROR: erroneous package: rules/,
    kind: 'other',
    strength: 'result',
  },
  {
    words: [
      '<virtsubproc>:',
      'qemu-system',
      'failed to boot',
      'testbed auxverb failed',
      'sent `auxverb',
      'sent `copy',
    ],
    is: /^<VirtSubproc>: failure|testbed auxverb failed|sent `\w+.*', got |^qemu-system\S*: /,
    kind: 'testbed',
    strength: 'cause',
  },
]

/** The line without autopkgtest's name and clock. */
export const withoutClock = (text: string): string => text.replace(OWN, '')
