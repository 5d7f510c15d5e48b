import { randomUUID } from 'node:crypto'
import type { NewGithubJob } from '../../src/backends/state/github-jobs.ts'

/** A job for gzip-upstream on noble/amd64; each is for another commit unless its statuses are given. */
export function aGithubJob(changes: Partial<NewGithubJob> = {}): NewGithubJob {
  const sha = `${randomUUID()}${randomUUID()}`.replaceAll('-', '').slice(0, 40)
  return {
    release: 'noble',
    arch: 'amd64',
    package: 'gzip-upstream',
    testname: '',
    statusesUrl: `https://api.github.com/repos/gzip/gzip/statuses/${sha}`,
    container: 'autopkgtest-noble-gzip-ci',
    params: { env: ['UPSTREAM_PULL_REQUEST=7'], ppas: ['gzip/ci'] },
    address: '192.0.2.7',
    uuid: randomUUID(),
    step: 'accepted',
    ...changes,
  }
}
