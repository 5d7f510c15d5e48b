import type { FailureLineKind } from './rule.ts'

/** Subjects of messages of the C library, shells and languages, the narrowest first. */
const PHRASES: readonly (readonly [RegExp, FailureLineKind])[] = [
  [/No space left on device|ENOSPC|Errno 28\b|Disk quota exceeded|disk (?:is )?full/i, 'disk'],
  [
    /out of memory|cannot allocate memory|MemoryError|bad_alloc|OutOfMemory|segmentation fault|core dumped/i,
    'crash',
  ],
  [/timed? ?out|TimeoutE|deadline exceeded|ETIMEDOUT/i, 'timeout'],
  [
    /connection (?:refused|reset|aborted)|Connection(?:Refused|Reset|Aborted)|ECONNREFUSED|resolv(?:e|ing) |resolution|unreachable|gaierror|name or service|ENOTFOUND|EAI_AGAIN|no route to host/i,
    'network',
  ],
  [/permission denied|PermissionError|EACCES|EPERM|operation not permitted|access denied/i, 'permission'],
  [
    /no such file|FileNotFound|ENOENT|command not found|No module named|ModuleNotFound|cannot find module|can't locate|LoadError|not executable|cannot open shared object/i,
    'missing-file',
  ],
  [/assert|expected|\bgot\b|mismatch|differ/i, 'assertion'],
]

/** The subject of a message; `otherwise` if its words do not tell. */
export function kindOfMessage(text: string, otherwise: FailureLineKind): FailureLineKind {
  return PHRASES.find(([phrase]) => phrase.test(text))?.[1] ?? otherwise
}

/** The kind of an exception, from its message. */
export const kindOfException = (text: string): FailureLineKind => kindOfMessage(text, 'exception')

/** The kind of a message that a program calls an error. */
export const kindOfError = (text: string): FailureLineKind => kindOfMessage(text, 'other')
