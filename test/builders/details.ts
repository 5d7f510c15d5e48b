import type { RunDetails } from '../../src/backends/derived/derived.ts'

/** Details of a run of two subtests, with the index of its log. */
export function someDetails(): RunDetails {
  return {
    subtests: [
      { name: 'smoke', result: 'PASS', detail: '' },
      { name: 'unit-tests', result: 'FAIL', detail: 'non-zero exit status 1 – “quoted”' },
    ],
    log: {
      sections: [
        { kind: 'preparation', name: '', line: 1, offset: 0 },
        { kind: 'test', name: 'smoke', line: 120, offset: 9876, result: 'PASS' },
      ],
      lines: 400,
      bytes: 31_415,
    },
  }
}
