import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import { httpGithub } from '../../src/backends/github/http.ts'
import { usualLimits } from '../../src/backends/launchpad/calls.ts'
import { httpLaunchpad } from '../../src/backends/launchpad/http.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import type { State } from '../../src/backends/state/state.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import type { Store } from '../../src/backends/store/store.ts'
import { silentLog } from '../../src/log.ts'
import { acceptGithubEvent, type GithubDelivery } from '../../src/operations/github/accept-github-event.ts'
import { startGithub } from '../backends/fake-github.ts'
import { startLaunchpad } from '../backends/fake-launchpad.ts'
import { anEmbeddedBroker } from './brokers.ts'
import { resultsWith, temporaryFolder } from './databases.ts'
import { openSnapshotsIn } from './snapshots.ts'

type Interfere = NonNullable<Parameters<typeof startGithub>[1]>

export interface GithubSiteOptions {
  readonly broker?: Broker
  readonly store?: Store
  /** Opens the same database each time. */
  readonly openState?: () => Promise<State>
  /** They answer instead of GitHub or Launchpad where they return true. */
  readonly github?: Interfere
  readonly launchpad?: Interfere
}

/** A site set up for GitHub: it knows the PPA owner/ci, and secret and credentials of hello-upstream. */
export async function aGithubSite(options: GithubSiteOptions = {}) {
  const folder = temporaryFolder()
  const peer = await startGithub('robot:t0ken', options.github)
  const launchpadPeer = await startLaunchpad({ ppas: ['owner/ci'] }, options.launchpad)
  const [secretsFile, credentialsFile] = [join(folder, 'secrets.json'), join(folder, 'credentials')]
  writeFileSync(secretsFile, JSON.stringify({ 'hello-upstream': ['n3w', 's3cret'] }))
  writeFileSync(credentialsFile, 'hello-upstream:robot:t0ken\n')
  const openState =
    options.openState ?? (() => sqliteState({ file: join(folder, 'state.db'), log: silentLog }))
  const state = await openState()
  const launchpad = httpLaunchpad({
    apiUrl: launchpadPeer.apiUrl,
    limits: { ...usualLimits, attempts: 1, timeoutMs: 5000 },
  })
  const github = httpGithub({ apiUrl: peer.url, secretsFile, credentialsFile, timeoutMs: 2000 })
  const broker = options.broker ?? anEmbeddedBroker()()
  await broker.declareQueues(['debci-upstream-noble-amd64'])
  const store = options.store ?? filesystemStore({ root: join(folder, 'store') })
  const backends = {
    ...{ broker, store, state, github, launchpad },
    results: await resultsWith(),
    snapshots: openSnapshotsIn(folder),
    // Only a Launchpad that is meant to be slow is slow, however busy the machine
    ...(options.launchpad ? {} : { launchpadMs: 60_000 }),
  }
  onTestFinished(async () => {
    await state.close()
    await launchpad.close()
    await github.close()
    await peer.close()
    await launchpadPeer.close()
  })
  const places = { releases: ['noble'], arches: ['amd64', 's390x'] }
  return {
    ...backends,
    backends,
    /** The same site, seen by another website on the same database. */
    openState,
    peer,
    launchpadPeer,
    deliver: (delivery: GithubDelivery, now = new Date(), changed: Partial<typeof backends> = {}) =>
      acceptGithubEvent({ ...backends, ...changed }, places, delivery, now),
  }
}
