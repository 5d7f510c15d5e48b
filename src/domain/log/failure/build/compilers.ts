import type { Rules } from '../rule.ts'

/** gcc, clang, gfortran, valac, rustc's linker, and others that print `file:line:column: error:`. */
export const compilers: Rules = [
  {
    words: ['error:'],
    is: /^\s*\S{1,300}?[:(]\d+(?:[:,.]\d+(?:-\d+(?:\.\d+)?)?)?\)?: (?:fatal )?error:? \S/i,
    kind: 'compile',
    strength: 'detail',
  },
  {
    words: ['fatal error:', 'internal compiler error'],
    is: /^\S{1,200}: (?:fatal error|internal compiler error): (?!no input)/,
    kind: text => (/Killed|internal compiler/.test(text) ? 'crash' : 'compile'),
    strength: 'detail',
  },
  {
    words: ['error: '],
    is: /^(?:gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?(?:-\d+)?|cc1(?:plus)?|as|gfortran|javac|valac|dmd|ldc2|fpc|ghc|protoc): error: /,
    kind: 'compile',
    strength: 'detail',
  },
  { words: ['error:', 'undefined'], is: /^Error: .*\.(?:f|f90|F90)\b/, kind: 'compile', strength: 'detail' },
  {
    words: ['warnings being treated as errors', 'compilation terminated', 'compilation failed'],
    is: /warnings being treated as errors|^compilation terminated/,
    kind: 'other',
    strength: 'result',
  },
  {
    words: ['error generated.', 'errors generated.', 'errors', '1 error'],
    is: /^\d+ (?:warnings? and \d+ )?errors?(?: generated)?\.?$/,
    kind: 'other',
    strength: 'result',
  },
]
