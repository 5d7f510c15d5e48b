import { renameSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startGithub } from '../../../test/backends/fake-github.ts'
import { startPeer } from '../../../test/backends/http-peer.ts'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import type { GithubStatus } from '../../domain/request/github-status.ts'
import { httpGithub } from './http.ts'

const SHA = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
const PATH = `/repos/Codertocat/Hello-World/statuses/${SHA}`
const STATUS: GithubStatus = {
  state: 'pending',
  context: 'noble/amd64',
  description: 'autopkgtest running',
  targetUrl: 'https://autopkgtest.example/running#pkg-hello',
}
const CREDENTIALS = '# for statuses\n\nhello:robot:t0ken\nsystemd-upstream:other:se:cret\n'

type Answer = (response: ServerResponse) => void

/** A GitHub server and a client for it; `interfere` answers instead for as long as it is set. */
async function open(given: { credentials?: string; timeoutMs?: number } = {}) {
  const now: { interfere: Answer | undefined } = { interfere: undefined }
  const peer = await startGithub('robot:t0ken', (request, response) => {
    request.resume()
    now.interfere?.(response)
    return now.interfere !== undefined
  })
  const file = join(temporaryFolder(), 'credentials')
  writeFileSync(file, given.credentials ?? CREDENTIALS)
  const github = httpGithub({
    apiUrl: peer.url,
    secretsFile: undefined,
    credentialsFile: file,
    timeoutMs: given.timeoutMs ?? 5000,
  })
  onTestFinished(async () => {
    await github.close()
    await peer.close()
  })
  const post = (url = `${peer.url}${PATH}`, name = 'hello') => github.postStatus(name, url, STATUS)
  return { peer, github, post, now, file }
}

const says = (code: number, headers: Record<string, string> = {}, body = '{"message": "no"}'): Answer => {
  return response => response.writeHead(code, headers).end(body)
}

describe('a status', () => {
  it('is posted with the credentials of its package', async () => {
    const { post, peer } = await open()
    expect(await post()).toEqual({ answer: 'posted' })
    expect(peer.statuses).toEqual([
      {
        path: PATH,
        state: 'pending',
        context: 'noble/amd64',
        description: 'autopkgtest running',
        target_url: 'https://autopkgtest.example/running#pkg-hello',
      },
    ])
  })

  it('is never posted with those of another package, nor without any', async () => {
    const { post, peer } = await open()
    expect(await post(undefined, 'gzip')).toEqual({
      answer: 'refused',
      reason: 'there are no credentials for gzip',
    })
    expect(await post(undefined, 'systemd-upstream')).toMatchObject({ answer: 'failed', reason: /401/ })
    expect(peer.credentials).toEqual(['other:se:cret'])
  })

  it.each([
    (at: string) => `${at}.evil${PATH}`,
    (at: string) => `${at}@evil.example${PATH}`,
    (at: string) => `${at}/../..${PATH}`,
    (at: string) => `${at}${PATH}/../../../user`,
    (at: string) => `${at}${PATH}?x=1`,
    (at: string) => `${at}/repos/../repos/a/b/statuses/${SHA}`,
    () => `https://evil.example${PATH}`,
  ])('goes to no address but one of a commit on the configured GitHub: %s', async make => {
    const { post, peer } = await open()
    expect(await post(make(peer.url))).toMatchObject({ answer: 'refused' })
    expect(peer.asked).toEqual([])
  })

  it('follows no redirect', async () => {
    const { post, peer, now } = await open()
    const other = await startPeer((_, response) => response.end())
    onTestFinished(() => other.close())
    for (const to of [`${other.url}${PATH}`, `${peer.url}${PATH}`]) {
      now.interfere = says(307, { location: to })
      expect(await post()).toEqual({ answer: 'refused', reason: 'GitHub redirects to another host' })
    }
    expect(other.asked).toEqual([])
    expect(peer.asked).toHaveLength(2)
  })

  it('has a description that GitHub takes', async () => {
    const { github, peer } = await open()
    const long = { ...STATUS, description: 'x'.repeat(500) }
    expect(await github.postStatus('hello', `${peer.url}${PATH}`, long)).toEqual({ answer: 'posted' })
  })
})

describe('a GitHub that does not take a status', () => {
  it.each([
    [says(500), 'failed', 'GitHub answers with status 500: no'],
    [says(502, {}, '<html>'), 'failed', 'GitHub answers with status 502'],
    [says(401), 'failed', 'GitHub answers with status 401: no'],
    [says(403), 'failed', 'GitHub answers with status 403: no'],
    [says(404), 'failed', 'GitHub answers with status 404: no'],
    [says(422), 'refused', 'GitHub answers with status 422: no'],
    [says(200, {}, 'x'.repeat(300_000)), 'failed', 'GitHub answers with more than 262144 bytes'],
    [(response: ServerResponse) => response.destroy(), 'failed', 'GitHub cannot be reached: UND_ERR_SOCKET'],
  ])('says so, and never a secret', async (answer, kind, reason) => {
    const { post, now } = await open()
    now.interfere = answer
    const found = await post()
    expect(found).toMatchObject({ answer: kind, reason })
    expect(JSON.stringify(found)).not.toContain('t0ken')
  })

  it('is not waited for endlessly', async () => {
    const { post, now } = await open({ timeoutMs: 200 })
    now.interfere = () => {}
    expect(await post()).toMatchObject({ answer: 'failed', reason: 'GitHub does not answer in time' })
  })

  it('may be away', async () => {
    const { post, peer } = await open()
    await peer.close()
    expect(await post()).toMatchObject({ answer: 'failed', reason: 'GitHub cannot be reached: ECONNREFUSED' })
  })

  const inSeconds = (n: number) => String(Math.floor(Date.now() / 1000) + n)
  it.each([
    [403, () => ({ 'retry-after': '120' }), 120],
    [429, () => ({ 'retry-after': '30' }), 30],
    [403, () => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(600) }), 600],
    [429, () => ({}), 60],
    [403, () => ({ 'retry-after': '999999999' }), 7200],
    [429, () => ({ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }), 60],
  ])('is left alone with %i for as long as it says', async (code, headers, seconds) => {
    const { post, peer, now } = await open()
    now.interfere = says(code, headers())
    const before = Date.now()
    const first = await post()
    const after = Date.now()
    const until = first.answer === 'failed' ? first.notBefore?.getTime() : undefined
    // Counted from the request; a reset is given in whole seconds, and was calculated before
    expect(until).toBeGreaterThan(before + seconds * 1000 - 2000)
    expect(until).toBeLessThanOrEqual(after + seconds * 1000)
    now.interfere = undefined
    expect(await post()).toMatchObject({ answer: 'failed', notBefore: new Date(until ?? 0) })
    expect(peer.asked).toHaveLength(1)
  })

  it('is heard of a secondary limit that has no header', async () => {
    const { post, now } = await open()
    now.interfere = says(403, {}, '{"message": "You have exceeded a secondary rate limit."}')
    expect(await post()).toMatchObject({ answer: 'failed', notBefore: expect.any(Date) })
  })
})

describe('the file of credentials', () => {
  it('is read again when it has changed', async () => {
    const { post, file } = await open({ credentials: 'hello:robot:0ld' })
    expect(await post()).toMatchObject({ answer: 'failed', reason: /401/ })
    writeFileSync(`${file}.new`, CREDENTIALS)
    renameSync(`${file}.new`, file)
    expect(await post()).toEqual({ answer: 'posted' })
  })

  it('that cannot be read is told of without what is in it, and nothing is posted', async () => {
    const { post, file, peer } = await open({ credentials: 'hello:robot:t0ken\nhello s3cret\n' })
    const reason = 'the file of GitHub credentials cannot be read: line 2 is not package:user:token'
    expect(await post()).toEqual({ answer: 'failed', reason, notBefore: undefined })
    renameSync(file, `${file}.gone`)
    expect(await post()).toMatchObject({ answer: 'failed', reason: /ENOENT/ })
    expect(peer.asked).toEqual([])
  })
})
