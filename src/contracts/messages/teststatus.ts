import { z } from 'zod'
import { isArchName, isPackageName, isReleaseName } from '../../domain/test/test.ts'
import { requestParams } from './request-params.ts'

/** So much of a log's tail is shown at most; workers send some 3000 characters. */
const LONGEST_LOGTAIL = 64 * 1024
const LONGEST_PARAMS = 64 * 1024

/** The run that is spoken of, beside its parameters. */
const test = {
  release: z.string().refine(isReleaseName, { error: 'not a release' }),
  architecture: z.string().refine(isArchName, { error: 'not an architecture' }),
  package: z.string().refine(isPackageName, { error: 'not a package' }),
}

const params = requestParams.refine(given => JSON.stringify(given).length <= LONGEST_PARAMS, {
  error: `longer than ${LONGEST_PARAMS} characters`,
})

/** More than our worker sends in one message. */
const LONGEST_OUTPUT = 64 * 1024

/** What the log gained since the last message, and where in it that begins, in bytes: workers of this program say so. */
const output = z.object({
  offset: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  text: z
    .string()
    .max(LONGEST_OUTPUT)
    .transform(text => text.toWellFormed()),
})

const running = z.object({
  ...test,
  running: z.literal(true),
  params,
  /** Seconds since its start; 0 where the worker's clock was set back meanwhile. */
  duration: z.number().transform(seconds => Math.max(0, Math.trunc(seconds))),
  logtail: z.string().transform(text => text.slice(-LONGEST_LOGTAIL).toWellFormed()),
  /** What is wrong with it does not keep the rest from being shown. */
  output: output.optional().catch(undefined),
})

/** The last word about a run ends it: nothing is made of the rest, and no fault in it may keep the run on the page. */
const ended = z.object({
  ...test,
  running: z.literal(false),
  /** Undefined where they cannot be read: it is a run of this test, and nobody knows which. */
  params: params.optional().catch(undefined),
})

/**
 * What a worker says of a running test to `teststatus.fanout`, every ten seconds, and once more with
 * `running: false` when it has ended.
 */
export const teststatus = z.discriminatedUnion('running', [running, ended])

export type Teststatus = z.infer<typeof teststatus>
export type RunningStatus = z.infer<typeof running>
