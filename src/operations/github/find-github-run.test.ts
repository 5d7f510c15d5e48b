import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { aGithubJob } from '../../../test/builders/github-job.ts'
import { tarOf } from '../../../test/builders/stored-run.ts'
import type { GithubJob } from '../../backends/state/github-jobs.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import { packagePrefix } from '../../domain/test/test.ts'
import { findGithubRun } from './find-github-run.ts'

it('is found behind others, however few names the store gives at once', async () => {
  const accepted = new Date('2026-11-20T12:00:00Z')
  const job = { ...aGithubJob(), id: 'j', accepted, step: 'queued' } as unknown as GithubJob
  const store = filesystemStore({ root: temporaryFolder() })
  await store.createContainer(job.container, 'public')
  const statuses = [
    'https://api.github.com/repos/a/b/statuses/1',
    'https://api.github.com/repos/a/b/statuses/2',
  ]
  for (const [minute, url] of [...statuses, job.statusesUrl].entries()) {
    const testinfo = { custom_environment: [`GITHUB_STATUSES_URL=${url}`], testname: job.testname }
    const tar = await tarOf({ exitcode: '4\n', 'testinfo.json': JSON.stringify(testinfo) })
    const run = `20261120_12${minute}500_abcde@`
    const name = `${job.release}/${job.arch}/${packagePrefix(job.package)}/${job.package}/${run}/result.tar`
    await store.put(job.container, name, tar)
  }
  const few = {
    get: store.get,
    list: (container: string, query = {}) => store.list(container, { ...query, limit: 1 }),
  }
  const requests = { byUuid: async () => undefined }
  expect(await findGithubRun({ store: few, requests }, job)).toEqual({
    runId: '20261120_122500_abcde@',
    exitcode: 4,
  })
})
