/** The parameters of a test request. */
type Params = Readonly<Record<string, unknown>>

/**
 * Only people named in `readable-by` may know of it; `swiftuser` is the user who may write its private
 * results.
 */
export function isPrivateRequest(params: Params): boolean {
  return 'readable-by' in params || 'swiftuser' in params
}

/** The results belong to the owner of the PPA: its log is stored only in that container. */
export function usesPpa(params: Params): boolean {
  const { ppas } = params
  return Array.isArray(ppas) ? ppas.length > 0 : ppas !== undefined && ppas !== null
}

/** `user:token@owner/name:fingerprint`: the part up to the last `@` is for the worker alone. */
function maskPpa(text: string): string {
  return text.slice(text.lastIndexOf('@') + 1)
}

/** `https://user:token@host/…`; a bare `git@host:path` holds no secret. */
function maskUrl(text: string): string {
  return text.replace(/:\/\/[^/?#]*@/g, '://')
}

const MASKS: Readonly<Record<string, (text: string) => string>> = {
  ppas: maskPpa,
  'build-git': maskUrl,
  'test-git': maskUrl,
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map(item => mapStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]))
}

/** The public form of parameters: without the credentials that PPAs and repositories may contain. */
export function maskCredentials(params: Params): Params {
  if (!Object.keys(MASKS).some(name => name in params)) return params
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const mask = Object.hasOwn(MASKS, name) ? MASKS[name] : undefined
      return [name, mask === undefined ? value : mapStrings(value, mask)]
    }),
  )
}

/** Whether there is anything that {@link maskCredentials} removes. */
export function hasCredentials(params: Params): boolean {
  return JSON.stringify(maskCredentials(params)) !== JSON.stringify(params)
}
