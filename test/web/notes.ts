import type { Failure } from '../../src/domain/log/failure/failure.ts'
import type { RunKey } from '../../src/domain/test/test.ts'
import { links } from '../../src/web/links.ts'
import { someDetails } from '../builders/details.ts'
import { aFailure } from '../builders/failures.ts'
import { aRun, type RunBuilder } from '../builders/run.ts'
import { aSite, type Got, type Site, type SiteOptions } from './site.ts'

/** How the run of {@link aFailedSite} failed. */
export const FAILURE = aFailure('cannot open <b>')

/** A site with a run that failed, and another of the same test that failed in another way. */
export async function aFailedSite(options: SiteOptions = {}) {
  const [run, other] = [aRun().failing(), aRun().failing()]
  const site = await aSite([run, other], options)
  await fail(site, run, FAILURE, aFailure('too late', { test: 'b' }))
  await fail(site, other, aFailure('cannot close'))
  return { site, run, other }
}

export const fail = (site: Site, run: RunKey, ...failures: Failure[]) =>
  site.web.derived.saveDetails(run, someDetails(), failures)

export async function addressOf(site: Site, run: RunKey): Promise<string> {
  const [failure] = (await site.web.derived.failures.of(run)) ?? []
  return failure?.signature?.address as string
}

export const fieldsOf = ({ package: name, release, arch, runId }: RunKey) => ({
  ...{ package: name, release, arch, run: runId },
})

interface Posting {
  readonly cookie?: string
  readonly headers?: Record<string, string>
}

export function post(
  site: Site,
  path: string,
  fields: Record<string, string>,
  { cookie, headers }: Posting = {},
): Promise<Got> {
  return site.get(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(cookie && { cookie }),
      ...headers,
    },
    body: String(new URLSearchParams(fields)),
  })
}

export const leave = (site: Site, fields: Record<string, string>, posting?: Posting) =>
  post(site, '/notes/new', fields, posting)

export const JSON_ONLY = { accept: 'application/json' }
export const notesOn = async (site: Site, run: RunBuilder) =>
  (await site.get(links.run(run))).texts('.note-text')
