import type { Context } from '../../src/domain/queue/queue-name.ts'
import { drawTriggers } from './runs.ts'
import type { World } from './world.ts'

/** A test request in the form in which it is queued. */
export interface GeneratedRequest {
  readonly package: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A request of a context for a release, made within the last days before `end`. */
export function makeRequest(world: World, context: Context, release: number, end: Date): GeneratedRequest {
  const { random } = world
  const target = world.drawTarget()
  const name = world.names[target] as string
  const params: Record<string, unknown> = {}
  if (context === 'upstream') {
    const number = 1 + random.below(4000)
    params['build-git'] = `https://git.example.org/${name}/${name}.git#refs/pull/${number}/head`
    params.env = [`UPSTREAM_PULL_REQUEST=${number}`]
    params.ppas = ['example-team/upstream-ci']
    if (random.chance(0.3)) params.testname = 'smoke'
  } else {
    params.triggers = drawTriggers(world, world.drawTrigger(), release, 1).split(' ')
    if (context === 'ppa') params.ppas = [`${world.people[random.below(20)]}/ppa-${random.below(9)}`]
    if (context === 'ppa' || (context === 'ubuntu' && random.chance(0.25)))
      params.requester = world.drawPerson()
    if (context !== 'huge' && random.chance(0.08)) params['all-proposed'] = '1'
  }
  const age = random.below((context === 'huge' ? 14 : 1) * 86_400)
  const time = new Date(end.getTime() - age * 1000).toISOString()
  params['submit-time'] = `${time.slice(0, 10)} ${time.slice(11, 19)}+0000`
  return { package: name, params }
}

/** `package\n{json}` with sorted keys, as the website sends it. */
export function requestBody({ package: name, params }: GeneratedRequest): string {
  const sorted = Object.fromEntries(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `${name}\n${JSON.stringify(sorted)}`
}
