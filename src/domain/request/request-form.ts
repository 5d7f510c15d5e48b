import { MIGRATION_REFERENCE, parseTrigger } from '../trigger/trigger.ts'
import { isLaunchpadName } from './launchpad-name.ts'
import { readReaders } from './readable-by.ts'

/**
 * A request in the parameters of `/request.cgi` or of the command line: one package on one release and one or
 * more architectures.
 */
export interface RequestForm {
  readonly release: string
  readonly arches: readonly string[]
  readonly package: string
  readonly triggers: readonly string[]
  /** `owner/name`; the last one names the container for the results. */
  readonly ppas: readonly string[]
  readonly allProposed: boolean
  /** Who may read the results; makes the request a private one. */
  readonly readableBy: string | undefined
}

/** Why a request is rejected: an HTTP status, and the message in the words and lines that clients know. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 429 | 503
  readonly lines: readonly string[]
}

const refuse = (status: Refusal['status'], ...lines: string[]): Refusal => ({ status, lines })

/** Parameters that a request for a package of the distribution may have. */
const KNOWN = new Set([
  'release',
  'arch',
  'package',
  'trigger',
  'ppa',
  'all-proposed',
  'readable-by',
  'requester',
])

const SOURCE_NAME = /^[a-z0-9][a-z0-9.+-]+$/
const VERSION = /^[a-zA-Z0-9.+:~-]+$/
/** More than anybody has ever sent, and few enough to fit into one message. */
const MOST_VALUES = 500
/** Triggers other than a source package in the archive. */
const SPECIAL_TRIGGERS: readonly string[] = [MIGRATION_REFERENCE, 'qemu-efi-noacpi/0']

/**
 * The answer to an incomplete request, with an example after what is missing: in the first line, the only one
 * that a client shows, after its traditional beginning.
 * @param site the site's root, without a slash at the end
 */
function incompleteRequest(missing: readonly string[], site: string): Refusal {
  return refuse(
    400,
    `You have passed invalid args: release, arch, package, requester (${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing)`,
    'Please see an example url below:',
    `${site}/request.cgi/?release=release&arch=arch&package=pkg&trigger=trigger1&trigger=trigger2`,
  )
}

/** Reads the parameters; refuses only missing ones, which it names. Nothing is checked yet. */
export function readRequestForm(query: URLSearchParams, site: string): RequestForm | Refusal {
  const form = readIncompleteForm(query)
  const given = { release: form.release, arch: form.arches, package: form.package, trigger: form.triggers }
  const missing = Object.entries(given).flatMap(([name, value]) => (value.length === 0 ? [name] : []))
  return missing.length > 0 ? incompleteRequest(missing, site) : form
}

/** The same for an incomplete form: missing parameters are empty. */
export function readIncompleteForm(query: URLSearchParams): RequestForm {
  return {
    release: query.get('release') ?? '',
    arches: [...new Set(query.getAll('arch').filter(Boolean))],
    package: query.get('package') ?? '',
    triggers: query.getAll('trigger').filter(Boolean),
    ppas: query.getAll('ppa').filter(Boolean),
    allProposed: query.has('all-proposed'),
    readableBy: query.get('readable-by') ?? undefined,
  }
}

/** Checks whether all-proposed can be combined with the triggers, before anything else. */
export function checkReference(form: Pick<RequestForm, 'allProposed' | 'triggers'>): Refusal | undefined {
  return form.allProposed && form.triggers.includes(MIGRATION_REFERENCE)
    ? refuse(400, 'migration-reference/0 and all-proposed=1 are not compatible arguments.')
    : undefined
}

/** Checks for unknown parameters, and for values of an invalid form. */
export function checkValues(query: URLSearchParams, form: RequestForm): Refusal | undefined {
  return checkSwitches(query, form) ?? checkPackage(form.package) ?? checkCount(form)
}

/** Checks for unknown parameters, and the values of those that are neither lists nor names. */
export function checkSwitches(query: URLSearchParams, form: RequestForm): Refusal | undefined {
  const unknown = [...query.keys()].find(name => !KNOWN.has(name))
  if (unknown !== undefined) return refuse(400, `Invalid argument ${unknown}`)
  if (query.getAll('all-proposed').some(value => value !== '1'))
    return refuse(400, 'Invalid all-proposed value')
  if (form.readableBy === undefined || readReaders(form.readableBy)?.length) return undefined
  return refuse(400, 'Invalid readable-by value')
}

/** Checks the form of a source package's name. */
export function checkPackage(name: string): Refusal | undefined {
  return !SOURCE_NAME.test(name) || name.length > 120 ? refuse(400, 'Malformed package') : undefined
}

/** Checks the number of values: a request is one message. */
export function checkCount(form: RequestForm): Refusal | undefined {
  return form.triggers.length + form.ppas.length + form.arches.length > MOST_VALUES
    ? refuse(400, `More than ${MOST_VALUES} values in one request`)
    : undefined
}

/** Checks whether the release and architectures are tested here. */
export function checkPlace(
  form: Pick<RequestForm, 'release' | 'arches'>,
  places: { readonly releases: readonly string[]; readonly arches: readonly string[] },
): Refusal | undefined {
  if (!places.releases.includes(form.release)) return refuse(404, `release ${form.release} not found`)
  const arch = form.arches.find(one => !places.arches.includes(one))
  return arch === undefined ? undefined : refuse(404, `arch ${arch} not found`)
}

/** Whether a PPA has the form `owner/name`. */
export function isPpaName(ppa: string): boolean {
  const parts = ppa.split('/')
  return parts.length === 2 && parts.every(isLaunchpadName)
}

/** Checks that a baseline run is not combined with anything else. */
export function checkBaseline(form: Pick<RequestForm, 'triggers' | 'ppas'>): Refusal | undefined {
  if (!form.triggers.includes(MIGRATION_REFERENCE)) return undefined
  if (form.triggers.length > 1)
    return refuse(400, 'Cannot use additional triggers with migration-reference/0')
  if (form.ppas.length > 0) return refuse(400, 'Cannot use PPAs with migration-reference/0')
  return undefined
}

/** Checks the form of one trigger; publication is checked elsewhere. */
export function checkTrigger(trigger: string): Refusal | undefined {
  const parsed = parseTrigger(trigger)
  if (parsed === undefined) return refuse(400, 'Malformed trigger, must be srcpackage/version')
  const { source, version } = parsed
  if (!SOURCE_NAME.test(source) || !VERSION.test(version)) {
    return refuse(400, `Malformed trigger: ${source}`, `version: ${version}`)
  }
  if (source.startsWith('linux-meta-raspi')) {
    return refuse(400, "The raspi kernel can't be tested with autopkgtest.")
  }
  return undefined
}

/** False for triggers that do not name a published source. */
export function isPublishedTrigger(trigger: string): boolean {
  return !SPECIAL_TRIGGERS.includes(trigger)
}
