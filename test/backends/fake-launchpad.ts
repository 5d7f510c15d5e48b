import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpPeer, startPeer } from './http-peer.ts'

/** The data of a {@link startLaunchpad}. */
export interface LaunchpadWorld {
  /** `release package version component`, and for a PPA `release package version owner/name`. */
  readonly published: readonly string[]
  /** `owner/name`. */
  readonly ppas: readonly string[]
  /** `nickname release package component`. */
  readonly uploaders: readonly string[]
  /** The teams of each person, and the people in each team: neither is derived from the other. */
  readonly superTeams: Readonly<Record<string, readonly string[]>>
  readonly participants: Readonly<Record<string, readonly string[]>>
  /** The person behind `consumer:token:secret`. */
  readonly tokens: Readonly<Record<string, string>>
  /** How many people are on a page of a collection. */
  readonly pageSize: number
}

const EMPTY: LaunchpadWorld = {
  published: [],
  ppas: [],
  uploaders: [],
  superTeams: {},
  participants: {},
  tokens: {},
  pageSize: 300,
}

type Answer = { status: number; body?: unknown; location?: string }
const no = (status: number): Answer => ({ status })
const ok = (body: unknown): Answer => ({ status: 200, body })

/**
 * A Launchpad of our own, as far as its documentation describes the calls that are made
 * (https://launchpad.net/+apidoc/1.0.html): arguments must be JSON and links complete, or it answers 400. `interfere`
 * answers instead where it returns true.
 */
export async function startLaunchpad(
  world: Partial<LaunchpadWorld>,
  interfere: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<HttpPeer & { readonly apiUrl: string }> {
  const known = { ...EMPTY, ...world }
  const peer = await startPeer((request, response) => {
    if (interfere(request, response)) return
    const { status, body, location } = answer(known, `${peer.url}/1.0/`, request)
    response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
    response.end(body === undefined ? `status ${status}` : JSON.stringify(body))
  })
  return { ...peer, apiUrl: `${peer.url}/1.0/` }
}

function answer(world: LaunchpadWorld, api: string, request: IncomingMessage): Answer {
  const url = new URL(request.url as string, api)
  const path = decodeURIComponent(url.pathname)
  const text = (name: string) => JSON.parse(url.searchParams.get(name) ?? 'null') as string | null
  const link = (name: string, folder: string) => {
    const [start, last] = [text(name)?.slice(0, -1 - (text(name)?.split('/').pop()?.length ?? 0)), text(name)]
    return `${start}/` === `${api}${folder}` ? last?.split('/').pop() : undefined
  }
  if (path === '/devel/people/+me') return me(world, request)
  if (path.startsWith('/devel/~')) return ok({ name: path.slice('/devel/~'.length) })
  if (!path.startsWith('/1.0/')) return no(404)
  const operation = url.searchParams.get('ws.op')
  try {
    if (operation === 'getPublishedSources') {
      const archive = /^\/1\.0\/(?:ubuntu\/\+archive\/primary|~([^/]+)\/\+archive\/ubuntu\/([^/]+))$/.exec(
        path,
      )
      const isExact = url.searchParams.get('exact_match') === 'true'
      if (archive === null) return no(404)
      if (url.searchParams.get('status') !== 'Published' || !isExact) return no(400)
      const ppa = archive[1] === undefined ? undefined : `${archive[1]}/${archive[2]}`
      return published(world, ppa, [link('distro_series', 'ubuntu/'), text('source_name'), text('version')])
    }
    if (operation === 'getPPAByName') {
      const name = text('name')
      const isThere = world.ppas.includes(`${path.slice('/1.0/~'.length)}/${name}`)
      return link('distribution', '') !== 'ubuntu' ? no(400) : isThere ? ok({ name }) : no(404)
    }
    if (operation === 'checkUpload' && path === '/1.0/ubuntu/+archive/primary') {
      const { component, pocket } = Object.fromEntries(url.searchParams)
      const release = link('distroseries', 'ubuntu/')
      const person = link('person', '')
      if (release === undefined || !person?.startsWith('~') || pocket !== 'Proposed') return no(400)
      const asked = `${person.slice(1)} ${release} ${text('sourcepackagename')} ${component}`
      return world.uploaders.includes(asked) ? ok(null) : no(403)
    }
  } catch {
    return no(400)
  }
  const [, name = '', list] = /^\/1\.0\/~([^/]+)\/(super_teams|participants)$/.exec(path) ?? []
  const people = list === 'super_teams' ? world.superTeams[name] : world.participants[name]
  return people === undefined ? no(404) : page(world, people, url)
}

function published(
  world: LaunchpadWorld,
  ppa: string | undefined,
  asked: (string | null | undefined)[],
): Answer {
  const [release, source, version] = asked
  const found = world.published
    .map(line => line.split(' '))
    .filter(([r, s, v]) => r === release && s === source && (version === null || v === version))
    .filter(([, , , place]) => (ppa === undefined ? !place?.includes('/') : place === ppa))
  const entries = found.map(([, , , place]) => ({ component_name: ppa === undefined ? place : 'main' }))
  return ok({ start: 0, total_size: entries.length, entries })
}

function page(world: LaunchpadWorld, people: readonly string[], url: URL): Answer {
  const start = Number(url.searchParams.get('ws.start') ?? 0)
  const next = new URL(url)
  next.searchParams.set('ws.start', String(start + world.pageSize))
  const isLast = start + world.pageSize >= people.length
  return ok({
    start,
    total_size: people.length,
    entries: people.slice(start, start + world.pageSize).map(name => ({ name })),
    ...(!isLast && { next_collection_link: next.href }),
  })
}

/** Who the caller is: at another address, as on Launchpad. */
function me(world: LaunchpadWorld, request: IncomingMessage): Answer {
  const header = request.headers.authorization ?? ''
  const parts = Object.fromEntries(
    [...header.matchAll(/(oauth_\w+)="([^"]*)"/g)].map(([, key, value]) => [
      key as string,
      decodeURIComponent(value as string),
    ]),
  )
  const { oauth_consumer_key: consumer, oauth_token: token, oauth_signature: signature } = parts
  const isComplete =
    header.startsWith('OAuth realm="') &&
    parts.oauth_signature_method === 'PLAINTEXT' &&
    parts.oauth_version === '1.0' &&
    Math.abs(Number(parts.oauth_timestamp) * 1000 - Date.now()) < 60_000 &&
    (parts.oauth_nonce?.length ?? 0) > 8
  const name = isComplete ? world.tokens[`${consumer}:${token}:${signature?.slice(1)}`] : undefined
  return name === undefined || !signature?.startsWith('&')
    ? no(401)
    : { status: 303, location: `/devel/~${name}` }
}
