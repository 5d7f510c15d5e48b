import { setImmediate } from 'node:timers/promises'
import type { Results } from '../../backends/results/results.ts'

/** Package names in memory, with what is needed to find names that were mistyped. */
export interface PackageIndex {
  readonly names: readonly string[]
  /** For each pair of neighbouring letters, the indices of the names that contain it. */
  readonly pairs: ReadonlyMap<string, readonly number[]>
}

/**
 * The pairs of a name, with a blank added at its beginning and end so that first and last letters weigh more.
 */
function pairsOf(name: string): Set<string> {
  const padded = ` ${name} `
  const pairs = new Set<string>()
  for (let at = 0; at < padded.length - 1; at++) pairs.add(padded.slice(at, at + 2))
  return pairs
}

/** The number of names that are prepared in one turn: a millisecond or two. */
const TURN = 1000

/**
 * Prepares names, in order, for {@link searchPackages}; takes a few hundred milliseconds for 40,000, in
 * turns.
 */
export async function indexPackages(names: readonly string[]): Promise<PackageIndex> {
  const pairs = new Map<string, number[]>()
  for (const [place, name] of names.entries()) {
    if (place % TURN === TURN - 1) await setImmediate()
    for (const pair of pairsOf(name)) {
      const places = pairs.get(pair)
      if (places === undefined) pairs.set(pair, [place])
      else places.push(place)
    }
  }
  return { names, pairs }
}

/** The share of the typed pairs that a name must contain to be considered as a typing error. */
const SHARED = 0.4
/** The number of likeliest names that are compared letter by letter. */
const MEASURED = 300

/**
 * Finds package names: those that begin with the typed text, then those that contain it, then those that are
 * a typing error or two away. A blank matches anything.
 */
export function searchPackages(index: PackageIndex, text: string, limit: number): string[] {
  const typed = text.trim().toLowerCase().slice(0, 120)
  if (typed === '') return []
  const found = containing(index.names, typed.split(/\s+/))
  if (found.length >= limit) return found.slice(0, limit)
  const known = new Set(found)
  const near = similar(index, typed.replace(/\s+/g, '-')).filter(name => !known.has(name))
  return [...found, ...near].slice(0, limit)
}

/**
 * Shorter names first, as they are closer to the typed text; an exact match before all. A letter or two match
 * most names: they are grouped by length, which costs less than sorting.
 */
function containing(names: readonly string[], words: readonly string[]): string[] {
  const [first = '', ...others] = words
  const begin: string[][] = []
  const inside: string[][] = []
  for (const name of names) {
    const at = name.indexOf(first)
    if (at === -1 || !others.every(word => name.includes(word))) continue
    const places = at === 0 ? begin : inside
    const place = places[name.length]
    if (place === undefined) places[name.length] = [name]
    else place.push(name)
  }
  return [...begin.flat(), ...inside.flat()]
}

function similar({ names, pairs }: PackageIndex, typed: string): string[] {
  const shared = new Uint8Array(names.length)
  const wanted = pairsOf(typed)
  for (const pair of wanted) {
    for (const place of pairs.get(pair) ?? []) shared[place] = (shared[place] as number) + 1
  }
  const least = Math.max(2, Math.floor(wanted.size * SHARED))
  const allowed = typed.length <= 4 ? 1 : typed.length <= 8 ? 2 : 3
  const candidates: { name: string; shared: number }[] = []
  for (const [place, count] of shared.entries()) {
    if (count >= least) candidates.push({ name: names[place] as string, shared: count })
  }
  candidates.sort((a, b) => b.shared - a.shared)
  return candidates
    .slice(0, MEASURED)
    .map(({ name }) => ({ name, errors: typingErrors(typed, name) }))
    .filter(({ errors }) => errors <= allowed)
    .sort((a, b) => a.errors - b.errors || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name)
}

/**
 * The number of letters to add, drop, change or swap with their neighbour to get from one text to the
 * beginning of another (people stop typing before the end).
 */
export function typingErrors(typed: string, name: string): number {
  const columns = Math.min(name.length, typed.length + 3)
  let before: number[] = []
  let last = Array.from({ length: columns + 1 }, (_, column) => column)
  for (let row = 1; row <= typed.length; row++) {
    const current = [row]
    for (let column = 1; column <= columns; column++) {
      const same = typed[row - 1] === name[column - 1]
      let cost = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      )
      const swapped =
        row > 1 && column > 1 && typed[row - 1] === name[column - 2] && typed[row - 2] === name[column - 1]
      if (swapped) cost = Math.min(cost, (before[column - 2] as number) + 1)
      current.push(cost)
    }
    before = last
    last = current
  }
  return Math.min(...last.slice(Math.max(0, typed.length - 3)))
}

/**
 * How long a new package may be missing, for each name in the index, which is a minute for 40,000; results
 * arrive all the time, new packages rarely.
 */
const FRESH_MS_A_NAME = 1.5

interface HeldIndex {
  readonly version: string
  readonly at: number
  readonly index: Promise<PackageIndex>
  /** The number of names in it; infinite until it is ready. */
  size: number
}

const held = new WeakMap<object, HeldIndex>()

/** The cached index, while it is fresh enough. */
function heldIndex(results: Pick<Results, 'version'>): HeldIndex | undefined {
  const known = held.get(results)
  if (known === undefined || known.version === results.version()) return known
  return performance.now() - known.at < known.size * FRESH_MS_A_NAME ? known : undefined
}

/**
 * The version of the results that {@link packageIndex} was made from, so that nothing made from an older one
 * is kept.
 */
export function packageIndexVersion(results: Pick<Results, 'version'>): string {
  return heldIndex(results)?.version ?? results.version()
}

/** The index of all tested packages: made again when results have changed, but not all the time. */
export function packageIndex(results: Pick<Results, 'packageNames' | 'version'>): Promise<PackageIndex> {
  const good = heldIndex(results)
  if (good !== undefined) return good.index
  const index = refreshed(results, held.get(results)?.index)
  const holding: HeldIndex = {
    version: results.version(),
    at: performance.now(),
    index,
    size: Number.POSITIVE_INFINITY,
  }
  held.set(results, holding)
  index.then(
    ({ names }) => {
      holding.size = names.length
    },
    () => held.delete(results),
  )
  return index
}

async function refreshed(
  results: Pick<Results, 'packageNames'>,
  before: Promise<PackageIndex> | undefined,
): Promise<PackageIndex> {
  const names = await results.packageNames()
  const old = await before?.catch(() => undefined)
  const isSame = old?.names.length === names.length && names.every((name, place) => name === old.names[place])
  return isSame ? old : indexPackages(names)
}
