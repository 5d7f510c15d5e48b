import { z } from 'zod'
import { isArchName, isPackageName, isReleaseName } from '../domain/test.ts'
import { requestParams } from './request-params.ts'

/** So much of a log's tail is shown at most; workers send some 3000 characters. */
const LONGEST_LOGTAIL = 64 * 1024
const LONGEST_PARAMS = 64 * 1024

/**
 * What a worker says of a running test to `teststatus.fanout`, every ten seconds, and once more with
 * `running: false` when it has ended.
 */
export const teststatus = z.object({
  release: z.string().refine(isReleaseName, { error: 'not a release' }),
  architecture: z.string().refine(isArchName, { error: 'not an architecture' }),
  package: z.string().refine(isPackageName, { error: 'not a package' }),
  running: z.boolean(),
  params: requestParams.refine(params => JSON.stringify(params).length <= LONGEST_PARAMS, {
    error: `longer than ${LONGEST_PARAMS} characters`,
  }),
  /** Seconds since its start. */
  duration: z.number().nonnegative().transform(Math.trunc),
  logtail: z.string().transform(text => text.slice(-LONGEST_LOGTAIL).toWellFormed()),
})

export type Teststatus = z.infer<typeof teststatus>
