/** The kind of trouble that a line reports. */
export type FailureLineKind =
  | 'assertion'
  | 'exception'
  | 'compile'
  | 'link'
  | 'crash'
  | 'timeout'
  | 'dependency'
  | 'testbed'
  | 'network'
  | 'disk'
  | 'permission'
  | 'missing-file'
  | 'stderr'
  | 'other'

/**
 * How well a line explains why a test failed, from least to most. The first line of the highest strength is
 * what a maintainer wants to see; lower ones are consequences, or guesses.
 *
 * - `last`: only shows where the output stopped
 * - `result`: says that something failed earlier (`make: *** Error 2`, `1 failed`)
 * - `hint`: contains a word of trouble
 * - `error`: a program calls it an error
 * - `failure`: a test framework says which test failed
 * - `detail`: a framework, language or compiler says what was wrong
 * - `cause`: explains everything else that went wrong (no memory, no space, the testbed went away)
 */
export type Strength = 'last' | 'result' | 'hint' | 'error' | 'failure' | 'detail' | 'cause'

export const STRENGTHS: readonly Strength[] = [
  'last',
  'result',
  'hint',
  'error',
  'failure',
  'detail',
  'cause',
]

/**
 * A line of a log as rules see it: without escape sequences and the clock at its beginning, at most
 * {@link LONGEST} long.
 */
export interface TextLine {
  /** From 1. */
  readonly number: number
  readonly text: string
}

/** The number of characters of a line that rules examine. */
export const LONGEST = 600

/** A line that may be why a test failed. */
export interface Candidate extends TextLine {
  readonly kind: FailureLineKind
  readonly strength: Strength
  /** The subject of the line, if it does not name it itself (such as the test of an `AssertionError`). */
  readonly about?: string
}

/** What lets most lines of a log be skipped for a rule without being decoded. */
interface Marked {
  /** ASCII, lower case, four letters or more; the line contains one of them, in either case. */
  readonly words?: readonly string[]
  /** Or the line begins with one of these, after blanks. */
  readonly starts?: readonly string[]
}

/** A line that says by itself what is wrong. */
export interface LineRule extends Marked {
  readonly is: RegExp
  readonly unless?: RegExp
  readonly kind: FailureLineKind | ((text: string) => FailureLineKind)
  readonly strength: Strength
}

/**
 * Called with the lines that follow until it returns false; with undefined at the end of the output.
 * `claimed` continues, and hides the line from other rules.
 */
export type Follower = (
  line: TextLine | undefined,
  found: (candidate: Candidate) => void,
) => boolean | 'claimed'

/** A line after which others say what is wrong. */
export interface BlockRule extends Marked {
  readonly opens: RegExp
  /** The highest strength of its lines; any, if not given. */
  readonly atMost?: Strength
  readonly unless?: RegExp
  /** @param before the line that is `back` lines above this one (1: just above), if it is still available */
  readonly follow: (
    opening: TextLine,
    match: RegExpExecArray,
    before: (back: number) => string | undefined,
    found: (candidate: Candidate) => void,
  ) => Follower | undefined
}

export type Rule = LineRule | BlockRule

/** The rules for one kind of output. */
export type Rules = readonly Rule[]

const NAME_ABOVE = 12

function nameOf(
  named: true | RegExp | undefined,
  match: RegExpExecArray,
  before: (back: number) => string | undefined,
): string | undefined {
  if (named === undefined || named === true) return named && match[1]?.trim()
  for (let back = 1; back <= NAME_ABOVE; back++) {
    const name = named.exec(before(back) ?? '')
    if (name !== null) return name[1]
  }
  return undefined
}

/** A kind of block that many frameworks print: a header, and the first line of a given form below it. */
export function firstLineAfter(
  block: Marked & {
    readonly opens: RegExp
    readonly unless?: RegExp
    /** Lines to skip; blank ones always are. */
    readonly skip?: RegExp
    /** A line that ends the block without a result. */
    readonly until?: RegExp
    readonly take?: RegExp
    /** The greatest distance below the header, in lines. */
    readonly within?: number
    readonly kind: LineRule['kind']
    readonly strength: Strength
    /** The strength of the header itself. */
    readonly header?: Strength
    /**
     * For lines that say too little alone: what names the test, in the first group of the header (true), or
     * of a line at most {@link NAME_ABOVE} above it.
     */
    readonly named?: true | RegExp
  },
): BlockRule {
  const { words, starts, opens, unless, skip, until, take, within = 12, strength, header, named } = block
  const kindOf = typeof block.kind === 'function' ? block.kind : () => block.kind as FailureLineKind
  return {
    ...(words && { words }),
    ...(starts && { starts }),
    opens,
    ...(unless && { unless }),
    follow(opening, match, before, found) {
      if (header !== undefined) found({ ...opening, kind: kindOf(opening.text), strength: header })
      const about = nameOf(named, match, before)
      let left = within
      return (line, emit) => {
        left -= 1
        if (line === undefined || left < 0 || until?.test(line.text)) return false
        if (line.text.trim() === '' || skip?.test(line.text) || take?.test(line.text) === false)
          return left > 0
        emit({ ...line, kind: kindOf(line.text), strength, ...(about ? { about } : {}) })
        return false
      }
    },
  }
}
