import type { SampleTour } from '../web/web.ts'
import { HEROES, NEWEST } from './cast.ts'
import { BREAKING } from './uploads.ts'

/** The places to which a first-time visitor of the made-up world is led. */
export const TOUR: SampleTour = {
  upload: { source: BREAKING.source, version: BREAKING.version },
  flaky: { package: HEROES.flaky, release: NEWEST, arch: 'amd64' },
  onOneArch: { package: HEROES.armhf, release: NEWEST, arch: 'armhf' },
  stuck: HEROES.stuck,
}
