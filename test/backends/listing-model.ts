import type { ListEntry, ListQuery, Store } from '../../src/backends/store/store.ts'

/** An entry of a listing by its name only; a rolled-up prefix is marked as one. */
export function nameOf(entry: ListEntry): string {
  return 'subdir' in entry ? `${entry.subdir} (subdir)` : entry.name
}

/** The correct listing of these names, written like Swift's own loop: slow, and easy to read. */
export function expectedListing(names: readonly string[], query: ListQuery): string[] {
  const { prefix = '', delimiter = '', marker = '', endMarker = '', limit = 10_000 } = query
  const bytes = (name: string) => Buffer.from(name)
  const found: string[] = []
  for (const name of names.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)))) {
    if (!name.startsWith(prefix) || Buffer.compare(bytes(name), bytes(marker)) <= 0) continue
    if (endMarker !== '' && Buffer.compare(bytes(name), bytes(endMarker)) >= 0) continue
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
    const subdir = name.slice(0, at + delimiter.length)
    if (at < 0) found.push(name)
    else if (subdir !== marker && found.at(-1) !== `${subdir} (subdir)`) found.push(`${subdir} (subdir)`)
  }
  return found.slice(0, limit)
}

/** The names of a whole listing, page by page; `limit` is the size of a page. */
export async function listAll(
  store: Pick<Store, 'list'>,
  container: string,
  query: ListQuery = {},
): Promise<string[]> {
  const found: ListEntry[] = []
  for (let from = query; ; ) {
    const page = (await store.list(container, from)) ?? []
    found.push(...page)
    const last = page.at(-1)
    if (last === undefined) return found.map(nameOf)
    from = { ...query, marker: 'subdir' in last ? last.subdir : last.name }
  }
}
