/** The type of an object's bytes, in HTTP's terms. */
export interface ObjectType {
  readonly contentType: string
  readonly contentEncoding?: string
}

const TEXT = 'text/plain; charset=UTF-8'
const UNKNOWN: ObjectType = { contentType: 'application/octet-stream' }

/** The files of a run that have a fixed name; workers upload `log.gz` with exactly this type and encoding. */
const BY_NAME: ReadonlyMap<string, ObjectType> = new Map([
  ['log.gz', { contentType: TEXT, contentEncoding: 'gzip' }],
  ['readable-by', { contentType: TEXT }],
])

const BY_ENDING: ReadonlyMap<string, ObjectType> = new Map([
  ['gz', { contentType: 'application/gzip' }],
  ['json', { contentType: 'application/json' }],
  ['log', { contentType: TEXT }],
  ['tar', { contentType: 'application/x-tar' }],
  ['txt', { contentType: TEXT }],
  ['xz', { contentType: 'application/x-xz' }],
  ['zst', { contentType: 'application/zstd' }],
])

/** Types that a browser shows or saves, but never runs or lays out; a text is shown as UTF-8. */
const HARMLESS: ReadonlyMap<string, string> = new Map([
  ['text/plain', TEXT],
  ...[
    ...[
      'application/gzip',
      'application/x-gzip',
      'application/x-tar',
      'application/x-xz',
      'application/zstd',
    ],
    ...['application/x-bzip2', 'application/zip', 'application/json'],
  ].map(type => [type, type] as const),
])

/**
 * The store's type, if it is known to be harmless. Any other type, as uploaders can claim anything, becomes
 * that of plain bytes.
 */
export function harmlessType(contentType: string): string {
  const essence = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return HARMLESS.get(essence) ?? UNKNOWN.contentType
}

/**
 * The type of an object by the last part of its name. Nothing gets a type that a browser would run (HTML,
 * SVG, XML, scripts): the uploader chooses the name.
 */
export function objectType(name: string): ObjectType {
  const file = name.slice(name.lastIndexOf('/') + 1)
  return BY_NAME.get(file) ?? BY_ENDING.get(/\.([a-z]+)$/.exec(file)?.[1] ?? '') ?? UNKNOWN
}
