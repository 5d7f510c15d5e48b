import { kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFetch = (text: string) => kindOfMessage(text, 'network')

/** apt and dpkg. */
export const apt: Rules = [
  {
    words: ['depends: ', 'conflicts: ', 'breaks: '],
    is: /^\s*\S+ ?: (?:Pre)?(?:Depends|Conflicts|Breaks): .*(?:not installable|is to be installed|is not installed|virtual package|not yet installed)/,
    kind: 'dependency',
    strength: 'detail',
  },
  {
    words: ['depends: '],
    is: /^\s*\S+ ?: (?:Pre)?(?:Depends|Recommends): .*(?:but it is not going to be|but it is not)/,
    kind: 'dependency',
    strength: 'failure',
  },
  {
    starts: [
      'e: unable to locate',
      'e: package ',
      'e: version ',
      "e: couldn't find any",
      'e: unable to find a source',
    ],
    is: /^E: (?:Unable to (?:locate|find a source)|Package '[^']*' has no|Version '[^']*' for|Couldn't find any)/,
    kind: 'dependency',
    strength: 'detail',
  },
  {
    words: ['unsatisfiable', 'unsatisfied dependencies', 'unmet dependencies'],
    is: /unsatisfiable|^Unsatisfied dependencies|unmet dependencies/,
    kind: 'dependency',
    strength: 'error',
  },
  {
    words: [
      'unable to correct problems',
      'some packages could not be installed',
      'errors were encountered while',
      'some index files failed',
      'sub-process',
    ],
    is: /^E: (?:Unable to correct|Sub-process)|^Errors were encountered while|^E: Some index files failed|^E: Unable to fetch some archives/,
    kind: 'other',
    strength: 'result',
  },
  { words: ['failed to fetch'], is: /^[EW]: Failed to fetch /, kind: kindOfFetch, strength: 'failure' },
  { starts: ['err:'], is: /^Err:\d+ /, kind: 'network', strength: 'failure' },
  {
    words: [
      'temporary failure resolving',
      'could not resolve',
      'could not connect to',
      'unable to connect to',
      'hash sum mismatch',
      '404  not found',
      'is not signed',
      'public key is not available',
      'does not have a release file',
      'file has unexpected size',
      'mirror sync in progress',
    ],
    is: /^(?:E: .*|\s*)(?:Temporary failure resolving|Could not resolve|Could not connect to|Unable to connect to|Hash Sum mismatch|404 {2}Not Found|File has unexpected size)|(?:is not signed|does not have a Release file|public key is not available)/,
    kind: 'network',
    strength: 'detail',
  },
  { starts: ['e: '], is: /^E: \S/, kind: text => kindOfMessage(text, 'dependency'), strength: 'error' },
  // dpkg
  { words: ['trying to overwrite'], is: /trying to overwrite '/, kind: 'dependency', strength: 'cause' },
  {
    words: [
      'dpkg: error',
      'dpkg: dependency problems',
      'subprocess returned error exit status',
      'subprocess was killed',
    ],
    is: /^dpkg: error processing|subprocess (?:returned error|was killed)/,
    kind: 'dependency',
    strength: 'failure',
  },
  // The reason why a package could not be set up is below, after a blank; a prompt before it leaves its text
  // on the line
  firstLineAfter({
    words: ['dpkg: error processing'],
    opens: /dpkg: error processing (?:package|archive) (\S+) \(-/,
    within: 1,
    take: /^ \S/,
    kind: text => kindOfMessage(text, 'dependency'),
    strength: 'detail',
    named: true,
  }),
  {
    words: ['could not get lock', 'dpkg was interrupted'],
    is: /^E: Could not get lock|dpkg was interrupted/,
    kind: 'testbed',
    strength: 'detail',
  },
]
