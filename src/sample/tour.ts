import type { SampleTour } from '../web/web.ts'
import { HEROES, NEWEST } from './cast.ts'
import { BREAKING } from './uploads.ts'

/** Where somebody who sees the made-up world for the first time is led. */
export const TOUR: SampleTour = {
  upload: { source: BREAKING.source, version: BREAKING.version },
  flaky: { package: HEROES.flaky, release: NEWEST, arch: 'amd64' },
  onOneArch: { package: HEROES.armhf, release: NEWEST, arch: 'armhf' },
  stuck: HEROES.stuck,
}
