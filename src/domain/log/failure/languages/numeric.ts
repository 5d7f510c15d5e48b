import { kindOfException } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

/** Julia and Octave. */
export const numeric: Rules = [
  firstLineAfter({
    words: ['test failed at', 'error during test at', 'got exception outside of a @test'],
    opens: /^(.*): (?:Test Failed|Error During Test) at \S+/,
    skip: /^ {2}(?:Expression|Test threw exception|Got exception)/,
    take: /^ {2}\s*\S/,
    within: 5,
    kind: 'assertion',
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  {
    starts: ['error: loaderror:', 'error: methoderror', 'error: argumenterror', 'error: undefvarerror'],
    is: /^ERROR: (?:LoadError: )?\S/,
    unless: /Some tests did not pass/,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['some tests did not pass', 'did not pass:'],
    is: /^ERROR: (?:LoadError: )?Some tests did not pass/,
    kind: 'other',
    strength: 'result',
  },
  // Octave: `!!!!! test failed`, the message below
  firstLineAfter({
    starts: ['!!!!!'],
    opens: /^!!!!! (?:test|known bug|regression).*failed/,
    within: 4,
    kind: 'assertion',
    strength: 'detail',
    header: 'failure',
  }),
  {
    words: ["' undefined", 'assert (cond'],
    is: /^error: (?:'\w+' undefined|ASSERT errors for)/,
    kind: 'exception',
    strength: 'detail',
  },
]
