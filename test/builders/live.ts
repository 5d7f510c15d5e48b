import type { QueuedJson } from '../../src/contracts/files/queued-json.ts'
import type { RunningJson } from '../../src/contracts/files/running-json.ts'

/** One running test in the format of running.json. */
export function aRunningTest(
  packageName: string,
  params: Record<string, unknown> = {},
  { release = 'noble', arch = 'amd64', duration = 100, logtail = '  0s autopkgtest\n' } = {},
): RunningJson {
  const hash = Object.entries(params)
    .map(([name, value]) => `${name}_${JSON.stringify(value)};`)
    .join('')
  return { [packageName]: { [hash]: { [release]: { [arch]: [params, duration, logtail] } } } }
}

/** The body of a waiting request. */
export function aRequest(packageName: string, params: Record<string, unknown> = {}): string {
  return `${packageName}\n${JSON.stringify(params)}`
}

/** The queue of noble on one arch and in one context, with all others empty. */
export function aQueue(
  requests: readonly string[],
  { context = 'ubuntu', arch = 'amd64', size = requests.length } = {},
): QueuedJson {
  const empty = { amd64: { size: 0, requests: [] }, arm64: { size: 0, requests: [] } }
  return {
    releases: ['noble'],
    arches: ['amd64', 'arm64'],
    queues: { ubuntu: { noble: empty }, [context]: { noble: { ...empty, [arch]: { size, requests } } } },
  }
}
