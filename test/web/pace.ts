import type { Site } from './site.ts'

/** So many tests began on amd64 in each minute of the last hour. */
export async function paceOf(site: Site, began: number): Promise<void> {
  const minute = Math.floor(Date.now() / 60_000)
  const sample = { arches: ['amd64'], began: { amd64: began } }
  for (let ago = 60; ago >= 0; ago--)
    await site.web.state.queueSamples.add(1, { minute: minute - ago, sample })
}
