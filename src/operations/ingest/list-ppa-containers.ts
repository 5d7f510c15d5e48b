import pLimit from 'p-limit'
import type { Access, Store } from '../../backends/store/store.ts'
import { distributionContainer } from '../../domain/run/container.ts'

/** How many containers are checked at once, among the new ones and those that were checked longest ago. */
const AT_ONCE = 8

/** What is known of containers, kept from one listing to the next. */
export type KnownAccess = Map<string, { readonly access: Access; readonly at: number }>

/**
 * The public containers of PPAs, `autopkgtest-<release>-<user>-<ppa>`, of these releases, in order. Access is checked
 * again for those that are not in `known`, or are older than `keepMs` there.
 */
export async function listPpaContainers(
  store: Pick<Store, 'containers' | 'access'>,
  releases: readonly string[],
  known: KnownAccess,
  keepMs: number,
): Promise<string[]> {
  const names: string[] = []
  for (const release of releases) {
    const prefix = `${distributionContainer(release)}-`
    for await (const name of allContainers(store, prefix)) if (name.length > prefix.length) names.push(name)
  }
  forgetOthers(known, new Set(names))
  const stale = names.filter(name => performance.now() - (known.get(name)?.at ?? -Infinity) >= keepMs)
  await pLimit(AT_ONCE).map(stale, async name => {
    known.set(name, { access: await store.access(name), at: performance.now() })
  })
  return names.filter(name => known.get(name)?.access === 'public').sort()
}

/** Names that begin so, page by page; only an empty one is surely the last. */
export async function* allContainers(
  store: Pick<Store, 'containers'>,
  prefix: string,
): AsyncGenerator<string> {
  let page = await store.containers({ prefix })
  while (page.length > 0) {
    yield* page
    page = await store.containers({ prefix, marker: page.at(-1) as string })
  }
}

function forgetOthers(known: KnownAccess, names: ReadonlySet<string>): void {
  for (const name of known.keys()) if (!names.has(name)) known.delete(name)
}
