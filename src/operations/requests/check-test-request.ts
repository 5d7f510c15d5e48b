import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import { planRequests } from '../../domain/request/planned-request.ts'
import {
  checkBaseline,
  checkPlace,
  checkReference,
  checkTrigger,
  checkValues,
  isPpaName,
  isPublishedTrigger,
  type Refusal,
  type RequestForm,
} from '../../domain/request/request-form.ts'
import { parseTrigger, type Trigger } from '../../domain/trigger/trigger.ts'
import { findLiveRequest } from './find-live-request.ts'

export interface RequestRules {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  /** Teams whose members may ask for anything. */
  readonly allowedRequestors: readonly string[]
}

interface Deps {
  readonly launchpad: Launchpad
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
}

/** The reason for a permission in words, for the preview. */
export interface Permission {
  readonly because: string
}

/**
 * Checks a request for a package of the distribution, in the order of older installations, so that the same one of
 * several faults is reported. Nothing is queued.
 */
export async function checkTestRequest(
  deps: Deps,
  rules: RequestRules,
  query: URLSearchParams,
  form: RequestForm,
  requester: string,
): Promise<Refusal | Permission> {
  return (
    findLiveRequest(deps, planRequests(form)) ??
    checkReference(form) ??
    checkValues(query, form) ??
    checkPlace(form, rules) ??
    (await checkPpas(deps.launchpad, form)) ??
    checkBaseline(form) ??
    (await checkPublished(deps.launchpad, form)) ??
    (await checkPermission(deps.launchpad, rules, form, requester))
  )
}

async function checkPpas(launchpad: Launchpad, form: RequestForm): Promise<Refusal | undefined> {
  for (const ppa of form.ppas) {
    const refusal = await checkPpa(launchpad, ppa)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Whether there is such a PPA. */
export async function checkPpa(launchpad: Launchpad, ppa: string): Promise<Refusal | undefined> {
  if (isPpaName(ppa) && (await launchpad.ppaExists(ppa))) return undefined
  return { status: 404, lines: [`ppa ${ppa} not found`] }
}

async function checkPublished(launchpad: Launchpad, form: RequestForm): Promise<Refusal | undefined> {
  for (const trigger of form.triggers) {
    const refusal = checkTrigger(trigger) ?? (await checkPublishedTrigger(launchpad, form, trigger))
    if (refusal !== undefined) return refusal
  }
  return checkPublishedPackage(launchpad, form)
}

/** Whether the package is published in the release; one of a PPA need not be. */
export async function checkPublishedPackage(
  launchpad: Launchpad,
  { package: name, release, ppas }: RequestForm,
): Promise<Refusal | undefined> {
  if (ppas.length > 0 || (await launchpad.isPublished({ package: name, release }))) return undefined
  return { status: 400, lines: [`${name} is not published in ${release}`] }
}

/** Whether a trigger of the right form is published in the archive, or, for a request with PPAs, in one of them. */
export async function checkPublishedTrigger(
  launchpad: Launchpad,
  { ppas, release }: RequestForm,
  trigger: string,
): Promise<Refusal | undefined> {
  if (!isPublishedTrigger(trigger)) return undefined
  const { source, version } = parseTrigger(trigger) as Trigger
  const wanted = { package: source, release, version }
  const places =
    ppas.length === 0
      ? [(await launchpad.isPublished(wanted)) !== undefined]
      : await Promise.all(ppas.map(ppa => launchpad.isPublishedInPpa(ppa, wanted)))
  if (places.includes(true)) return undefined
  const where = ppas.length === 0 ? release : `PPA ${ppas[ppas.length - 1]} ${release}`
  return { status: 400, lines: [`${trigger} is not published in ${where}`] }
}

/** People who can upload the package or a trigger, and members of teams that may request anything, may request this. */
export async function checkPermission(
  launchpad: Launchpad,
  rules: Pick<RequestRules, 'allowedRequestors'>,
  form: Pick<RequestForm, 'release' | 'package' | 'triggers'>,
  requester: string,
): Promise<Refusal | Permission> {
  const { release } = form
  const sources = form.triggers
    .filter(isPublishedTrigger)
    .map(trigger => (parseTrigger(trigger) as Trigger).source)
  const mayUpload = async (name: string): Promise<boolean> => {
    const published = await launchpad.isPublished({ package: name, release })
    return launchpad.mayUpload(requester, {
      package: name,
      release,
      component: published?.component ?? 'main',
    })
  }
  if (await mayUpload(form.package)) return { because: `you can upload ${form.package}` }
  for (const source of new Set(sources)) {
    if (await mayUpload(source)) return { because: `you can upload ${source}, a trigger of this request` }
  }
  if (await launchpad.isMember(requester, rules.allowedRequestors)) {
    return { because: `you are in a team whose members may ask for anything` }
  }
  return {
    status: 403,
    lines: [
      `You are not allowed to upload ${form.package} or ${form.triggers.join(',')} to Ubuntu, thus you are not allowed to use this service.`,
    ],
  }
}
