import { kindOfException, kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFailure = (text: string) => kindOfMessage(text, 'assertion')

/** Erlang and Elixir. */
export const beam: Rules = [
  // EUnit: `module: name_test...*failed*`, frames, `**error:{assertEqual,[…`
  firstLineAfter({
    words: ['*failed*'],
    opens: /^\s*(\S.*)\.\.\.(?:\[[\d.]+ s\] ?)?\*failed\*$/,
    take: /^\s*\*\*(?:error|throw|exit):/,
    within: 12,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  {
    starts: ['**error:', '**throw:', '**exit:'],
    is: /^\s*\*\*(?:error|throw|exit):\S/,
    kind: kindOfFailure,
    strength: 'failure',
  },
  {
    starts: ['** exception', '** ('],
    is: /^\s*\*\* (?:exception \w+: |\([A-Z][\w.]*\) )\S/,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['suite ==> '],
    is: /^%%% \S+_SUITE ==> \S+: (?:FAILED|EXIT)/,
    kind: 'assertion',
    strength: 'failure',
  },
  firstLineAfter({
    starts: ['%%% ', 'reason:'],
    opens: /^%%% \S+_SUITE ==>\s*$/,
    within: 3,
    kind: kindOfFailure,
    strength: 'detail',
  }),
  {
    words: ['badmatch', 'undef,', 'function_clause', 'case_clause', 'badarg'],
    is: /\{(?:badmatch|undef|function_clause|case_clause|badarg)\b/,
    kind: 'exception',
    strength: 'error',
  },
  {
    words: ['{"init terminating in', 'crash dump is being written'],
    is: /^\{"init terminating in|Crash dump is being written/,
    kind: 'crash',
    strength: 'error',
  },
  { words: ['.erl:'], is: /^\S+\.erl:\d+:(?:\d+:)? (?!Warning)\S/, kind: 'compile', strength: 'detail' },
  {
    starts: ['failed: ', 'failed 1', 'failed 2'],
    is: /^\s*Failed: [1-9]\d*\./,
    kind: 'other',
    strength: 'result',
  },
  // ExUnit: `  1) test name (Module)`, the file, the message
  firstLineAfter({
    words: [') test '],
    opens: /^\s+\d+\) (test [^(]{1,300}\([^\s()]{1,200}\))$/,
    skip: /^\s+\S+\.exs?:\d+$/,
    within: 4,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
]
