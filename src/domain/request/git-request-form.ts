import { isPackageName } from '../test/test.ts'
import type { PlannedRequest } from './planned-request.ts'
import { isPpaName, type Refusal } from './request-form.ts'

/**
 * The request in a webhook's address: a git tree, tested with a PPA that names the container of its results.
 */
export interface GitRequestForm {
  readonly release: string
  readonly arch: string
  readonly package: string
  /** `owner/name`; the last one names the container for the results. */
  readonly ppas: readonly string[]
  /** `NAME=value`. */
  readonly env: readonly string[]
  /** `URL#ref`; undefined for the pull request itself. */
  readonly buildGit: string | undefined
  readonly testname: string | undefined
  /** Names of parameters that cannot be used to test a git tree. */
  readonly unsupported: readonly string[]
}

const KNOWN = new Set(['release', 'arch', 'package', 'ppa', 'env', 'build-git', 'testname'])
/** The request page's traditional patterns; the one for env accepts everything from ` ` to `=`. */
const ENV = /^[a-zA-Z][a-zA-Z0-9_]+=[a-zA-Z0-9.:~/ -=]*$/
const GIT = /^https?:\/\/[a-zA-Z0-9._/~+-]+(#[a-zA-Z0-9._/-]+)?$/

/** `NAME=value`, as workers receive it. */
export const isEnv = (text: string): boolean => ENV.test(text)
/** `URL#ref` of a git tree. */
export const isGitTree = (text: string): boolean => GIT.test(text)

/** More than anybody has ever sent, and few enough to fit into one message. */
const MOST_VALUES = 100
const LONGEST_VALUE = 1000

const refuse = (status: Refusal['status'], line: string): Refusal => ({ status, lines: [line] })

/** Reads the parameters; nothing is checked yet. If there are several architectures, the first one counts. */
export function readGitRequestForm(query: URLSearchParams): GitRequestForm {
  return {
    release: query.get('release') ?? '',
    arch: query.get('arch') ?? '',
    package: query.get('package') ?? '',
    ppas: query.getAll('ppa').filter(Boolean),
    env: query.getAll('env').flatMap(value => value.split(';').filter(Boolean)),
    buildGit: query.get('build-git') ?? undefined,
    testname: query.get('testname') ?? undefined,
    unsupported: [...new Set(query.keys())].filter(name => !KNOWN.has(name)).sort(),
  }
}

/** Checks the package and the form of the PPAs, before it is looked up whether the PPAs exist. */
export function checkGitNames(form: GitRequestForm): Refusal | undefined {
  if (!isPackageName(form.package)) return refuse(400, 'Malformed package')
  const count = form.ppas.length + form.env.length + form.unsupported.length
  const values = [...form.ppas, ...form.env, ...form.unsupported, form.buildGit ?? '']
  if (count > MOST_VALUES || values.some(value => value.length > LONGEST_VALUE)) {
    return refuse(400, `More than ${MOST_VALUES} values in one request, or one that is too long`)
  }
  const ppa = form.ppas.find(one => !isPpaName(one))
  return ppa === undefined ? undefined : refuse(404, `ppa ${ppa} not found`)
}

/** Checks everything else once the PPAs are known to exist. */
export function checkGitValues(form: GitRequestForm): Refusal | undefined {
  if (form.ppas.length === 0) return refuse(400, 'Must specify at least one PPA (to associate results with)')
  const env = form.env.find(one => !isEnv(one))
  if (env !== undefined) return refuse(400, `Invalid environment variable format "${env}"`)
  if (form.buildGit !== undefined && !isGitTree(form.buildGit)) return refuse(400, 'Malformed build-git')
  if (form.testname !== undefined && !isPackageName(form.testname)) return refuse(400, 'Malformed testname')
  if (form.unsupported.length > 0) return refuse(400, `Unsupported arguments: ${form.unsupported.join(' ')}`)
  return undefined
}

/** The message for a pull request. */
export function planGitRequest(
  form: GitRequestForm,
  pull: { readonly number: number; readonly statusesUrl: string },
): PlannedRequest {
  const { release, arch, ppas, env, buildGit, testname } = form
  return {
    context: 'upstream',
    release,
    arch,
    package: form.package,
    params: {
      ...(buildGit === undefined ? {} : { 'build-git': buildGit }),
      env: [...env, `UPSTREAM_PULL_REQUEST=${pull.number}`, `GITHUB_STATUSES_URL=${pull.statusesUrl}`],
      ppas,
      ...(testname === undefined ? {} : { testname }),
    },
    readableBy: [],
  }
}
