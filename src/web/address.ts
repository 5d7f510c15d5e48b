import type { Latest } from '../domain/run/latest.ts'
import { encodeName } from '../domain/run/public-path.ts'

/** What a parameter is whose pattern allows less than any text. */
interface Narrowed {
  readonly latest: Latest
  readonly feed: 'feed.atom' | 'feed.json'
}

/** A pattern without what its parameters must look like. */
type Bare<Pattern extends string> = Pattern extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${Bare<After>}`
  : Pattern

type NameIn<Segment extends string> = Segment extends `:${infer Name}.${string}`
  ? Name
  : Segment extends `:${infer Name}` | `*${infer Name}`
    ? Name
    : never

type NamesIn<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? NameIn<Segment> | NamesIn<Rest>
  : NameIn<Path>

/** The parameters in a pattern, by name. */
export type ParamsIn<Pattern extends string> = {
  readonly [Name in NamesIn<Bare<Pattern>>]: Name extends keyof Narrowed ? Narrowed[Name] : string
}

export type QueryValue = string | number | undefined | readonly string[]
export type Query<Name extends string = string> = { readonly [name in Name]?: QueryValue }

/** An address of the site: what it is matched by, what its page reads from it, and how links to it are made. */
export interface Address<Params = object, QueryName extends string = string> {
  /** As the router has it. */
  readonly pattern: string
  /** As logs and metrics name it. */
  readonly label: string
  /** The parameters behind the question mark that its page reads, in this order. */
  readonly query: readonly QueryName[]
  readonly hasParams: boolean
  /** @param segments of a path that the pattern matches, decoded */
  read(segments: readonly string[]): Params
  /** The path with its parameters encoded, and those of the query that have a value, in the order given. */
  href(params: Params, query?: Query<QueryName>): string
}

/** One segment of a pattern: a literal, or a parameter that ends in `suffix`. */
interface Part {
  readonly literal: string
  readonly name: string | undefined
  readonly suffix: string
  readonly isRest: boolean
}

/**
 * @param pattern `:name` is one segment, `:name{regex}` one that matches, `:name.json` one of that ending, `*name` the rest,
 *   slashes included. A regex meets a path in which `@` may still be `%40`.
 * @param query the names behind the question mark that the page reads
 */
export function address<const Pattern extends string, const Name extends string = never>(
  pattern: Pattern,
  ...query: readonly Name[]
): Address<ParamsIn<Pattern>, Name> {
  const label = pattern.replace(/\{[^{}]*\}/g, '')
  const parts = label.slice(1).split('/').map(partOf)
  const named = parts.flatMap((part, index) => (part.name === undefined ? [] : [{ ...part, index }]))
  return {
    pattern: routerPattern(pattern),
    label,
    query,
    hasParams: named.length > 0,
    read(segments) {
      const params: Record<string, string> = {}
      for (const { name = '', index, suffix, isRest } of named) {
        const text = isRest ? segments.slice(index).join('/') : (segments[index] ?? '')
        params[name] = text.slice(0, text.length - suffix.length)
      }
      return params as ParamsIn<Pattern>
    },
    href(params, asked) {
      const values = params as Readonly<Record<string, string>>
      let path = ''
      for (const { literal, name, suffix, isRest } of parts) {
        if (name === undefined) path += `/${literal}`
        else path += `/${isRest ? encodePath(values[name] ?? '') : encodeName(values[name] ?? '')}${suffix}`
      }
      return asked === undefined ? path : withQuery(path, asked)
    },
  }
}

function partOf(segment: string): Part {
  const [, mark, name, suffix = ''] = /^([:*])(\w+)(\.\w+)?$/.exec(segment) ?? []
  return { literal: segment, name, suffix, isRest: mark === '*' }
}

/**
 * As the router has it, which knows neither the name of a rest nor an ending: that becomes part of what the segment must
 * look like. It names parameters by where they stand: routes that differ in names alone then share its nodes.
 */
function routerPattern(pattern: string): string {
  let place = 0
  return pattern
    .replace(/\*\w+$/, '*')
    .replace(
      /:\w+(\{[^{}]*\})?(?:\.(\w+))?/g,
      (_, braced: string | undefined, ending: string | undefined) => {
        place += 1
        if (ending === undefined) return `:p${place}${braced ?? ''}`
        return `:p${place}{${braced?.slice(1, -1) ?? '[^/]+'}\\.${ending}}`
      },
    )
}

const encodePath = (path: string): string => path.split('/').map(encodeName).join('/')

/** A path with those parameters that have a value. */
function withQuery(path: string, query: Query): string {
  let text = ''
  for (const name in query) {
    const value = query[name]
    if (typeof value === 'object') for (const one of value) text += parameter(name, one)
    else text += parameter(name, value)
  }
  return text === '' ? path : `${path}?${text.slice(1)}`
}

const parameter = (name: string, value: string | number | undefined): string =>
  value === undefined || value === '' ? '' : `&${formEncoded(name)}=${formEncoded(String(value))}`

/** What a form leaves as it is: nearly all names and most values. */
const PLAIN = /^[\w.*-]*$/
/** What `encodeURIComponent` leaves, or writes otherwise than a form does. */
const OTHERWISE = /[!'()~]|%20/g

/** A text as `URLSearchParams` writes it, in a third of the time. */
export function formEncoded(text: string): string {
  if (PLAIN.test(text)) return text
  return encodeURIComponent(text.toWellFormed()).replace(OTHERWISE, found =>
    found === '%20' ? '+' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
