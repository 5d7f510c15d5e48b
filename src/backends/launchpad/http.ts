import { createHash, randomUUID } from 'node:crypto'
import {
  type LaunchpadCollection,
  launchpadAnything,
  launchpadCollection,
  launchpadNamed,
} from '../../contracts/api/launchpad.ts'
import { Unavailable } from '../../domain/errors.ts'
import { withoutTrailingSlashes } from '../../domain/text/trailing-slashes.ts'
import { keptAnswers } from '../../domain/time/kept-answers.ts'
import { type CallLimits, isBeside, launchpadCalls, usualLimits } from './calls.ts'
import type { Launchpad, SourcePublication } from './launchpad.ts'

export interface HttpLaunchpadOptions {
  /** The URL of the API with its version, `https://api.launchpad.net/1.0`. */
  readonly apiUrl: string
  readonly limits?: CallLimits
}

type PublishedSource = Parameters<Launchpad['isPublished']>[0]
type AskerCredentials = Parameters<Launchpad['whoIs']>[0]

const MINUTE_MS = 60_000
/** How long answers are kept. People upload, join a team, and ask again: a "no" is kept only briefly. */
const KEPT = { published: 10, unpublished: 2, allowed: 180, refused: 5, credentials: 1 } as const
const ANSWERS = 20_000
/** The most pages read of a collection; a page may hold far fewer entries than requested. */
const PAGES = 500

/** Values of the API's arguments are JSON, texts and links in quotes. */
const quoted = (text: string) => JSON.stringify(text)
const person = (name: string) => `~${encodeURIComponent(name)}`
const minutes = (yes: number, no: number) => (answer: unknown) => (answer ? yes : no) * MINUTE_MS
const published = minutes(KEPT.published, KEPT.unpublished)
const allowed = minutes(KEPT.allowed, KEPT.refused)
const identified = minutes(KEPT.credentials, KEPT.credentials)

/** Launchpad's REST API (https://launchpad.net/+apidoc/1.0.html), used anonymously. */
export function httpLaunchpad({ apiUrl, limits = usualLimits }: HttpLaunchpadOptions): Launchpad {
  const api = withoutTrailingSlashes(apiUrl)
  const calls = launchpadCalls(limits)
  const kept = keptAnswers(ANSWERS)
  const urlOf = (path: string, parameters: Readonly<Record<string, string>>) =>
    `${api}/${path}?${new URLSearchParams(parameters)}`
  const series = (release: string) => quoted(`${api}/ubuntu/${release}`)

  function publication(archive: string, source: PublishedSource): Promise<SourcePublication | undefined> {
    const url = urlOf(archive, {
      'ws.op': 'getPublishedSources',
      source_name: quoted(source.package),
      distro_series: series(source.release),
      status: 'Published',
      exact_match: 'true',
      ...(source.version !== undefined && { version: quoted(source.version) }),
    })
    const ask = async () => {
      for await (const { entries, total_size: total } of pagesOf(url)) {
        const [newest] = entries
        if (newest !== undefined || total) return { component: newest?.component_name ?? 'main' }
      }
      return undefined
    }
    return kept.get(url, ask, published)
  }

  /**
   * The pages of a collection, to its end: as long as there is a link to the next, however few entries a page
   * has. A collection that cannot be read to its end is {@link Unavailable}, as nobody knows who is in the
   * rest.
   */
  async function* pagesOf(url: string): AsyncGenerator<LaunchpadCollection> {
    let next: string | undefined = url
    for (let page = 0; next !== undefined; page++) {
      if (page >= PAGES) throw new Unavailable(`Launchpad returns a collection of more than ${PAGES} pages`)
      const found: LaunchpadCollection | undefined = await calls.get(next, launchpadCollection)
      if (found === undefined) return
      yield found
      next = found.next_collection_link
      if (next !== undefined && !isBeside(next, api))
        throw new Unavailable('Launchpad returns a collection that continues on another host')
    }
  }

  /** Whether a collection of people contains one of these names. */
  async function holds(url: string, names: readonly string[]): Promise<boolean> {
    for await (const { entries } of pagesOf(url)) {
      if (entries.some(({ name }) => name !== undefined && names.includes(name))) return true
    }
    return false
  }

  return {
    isPublished: source => publication('ubuntu/+archive/primary', source),

    async isPublishedInPpa(ppa, source) {
      const [owner = '', name = ''] = ppa.split('/')
      const archive = `${person(owner)}/+archive/ubuntu/${encodeURIComponent(name)}`
      return (await publication(archive, source)) !== undefined
    },

    ppaExists(ppa) {
      const [owner = '', name = ''] = ppa.split('/')
      const parameters = { distribution: quoted(`${api}/ubuntu`), name: quoted(name) }
      const url = urlOf(person(owner), { 'ws.op': 'getPPAByName', ...parameters })
      return kept.get(url, async () => (await calls.get(url, launchpadNamed))?.name === name, published)
    },

    mayUpload(nickname, source) {
      const url = urlOf('ubuntu/+archive/primary', {
        'ws.op': 'checkUpload',
        distroseries: series(source.release),
        person: quoted(`${api}/${person(nickname)}`),
        component: source.component,
        pocket: 'Proposed',
        sourcepackagename: quoted(source.package),
      })
      return kept.get(url, async () => (await calls.get(url, launchpadAnything)) !== undefined, allowed)
    },

    async isMember(nickname, teams) {
      if (teams.length === 0) return false
      const url = urlOf(`${person(nickname)}/super_teams`, { 'ws.size': '300' })
      return kept.get(`${url} ${teams.join(' ')}`, () => holds(url, teams), allowed)
    },

    async isParticipant(nickname, entity) {
      if (nickname === entity) return true
      const url = urlOf(`${person(entity)}/participants`, { 'ws.size': '300' })
      return kept.get(`${url} ${nickname}`, () => holds(url, [nickname]), allowed)
    },

    whoIs(credentials) {
      const { consumer, token, secret } = credentials
      const question = createHash('sha256')
        .update(JSON.stringify([consumer, token, secret]))
        .digest('hex')
      // Another version of the API than ours
      const url = new URL('../devel/people/+me', `${api}/`).href
      const ask = async () => (await calls.get(url, launchpadNamed, () => oauthHeader(credentials)))?.name
      return kept.get(question, ask, identified)
    },

    close: async () => calls.close(),
  }
}

/** Credentials in the header of OAuth 1.0's PLAINTEXT (https://help.launchpad.net/API/SigningRequests). */
function oauthHeader({ consumer, token, secret }: AskerCredentials): string {
  const parts = {
    oauth_consumer_key: consumer,
    oauth_token: token,
    oauth_signature_method: 'PLAINTEXT',
    oauth_signature: `&${secret}`,
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_nonce: randomUUID(),
    oauth_version: '1.0',
  }
  const list = Object.entries(parts).map(([name, value]) => `${name}="${encodeURIComponent(value)}"`)
  return `OAuth realm="https://api.launchpad.net/", ${list.join(', ')}`
}
