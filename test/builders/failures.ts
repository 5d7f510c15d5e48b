import type { Failure } from '../../src/domain/log/failure/failure.ts'
import { SIGNATURE_RULES, signatureText } from '../../src/domain/log/failure/signature.ts'

/** A test of a run that failed with this line, and perhaps with others. */
export function aFailure(text: string, { test = 'upstream', number = 12 } = {}): Failure {
  return {
    test,
    lines: [
      { number, text, kind: 'assertion' },
      { number: number + 3, text: 'make: *** [Makefile:3: check] Error 1', kind: 'other' },
    ],
    signature: signatureText(text),
    rules: SIGNATURE_RULES,
  }
}
