import type { Address } from '../address.ts'
import { readTarget, type Target } from '../http/request-target.ts'

/** A request, parsed by its route. */
export interface RouteRequest<Params> {
  /** What the route names in the path, decoded. */
  readonly params: Params
  /** Those parameters behind the question mark that the route names; of each the first value. */
  readonly query: URLSearchParams
}

/** What reads a request. */
export type RouteReader<Params> = Pick<Address<Params>, 'read' | 'query'>

/** What a request says by its route. */
export function requestFor<Params>(
  route: RouteReader<Params>,
  { path, query }: Target,
): RouteRequest<Params> {
  return { params: route.read(path), query }
}

/** The same from its address; undefined for one that no page has. */
export function readRouteRequest<Params>(
  route: RouteReader<Params>,
  url: string,
): RouteRequest<Params> | undefined {
  const target = readTarget(url, route.query)
  return target && requestFor(route, target)
}
