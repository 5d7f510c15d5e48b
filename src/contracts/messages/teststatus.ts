import { z } from 'zod'
import { isArchName, isPackageName, isReleaseName } from '../../domain/test/test.ts'
import { requestParams } from './request-params.ts'

/** The greatest length of a log's tail that is shown; workers send about 3000 characters. */
const LONGEST_LOGTAIL = 64 * 1024
const LONGEST_PARAMS = 64 * 1024

/** The run that the message is about, without its parameters. */
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

/**
 * The text that was added to the log since the last message, and its offset in bytes: sent by this program's
 * workers.
 */
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
  /** Seconds since its start; 0 if the worker's clock was set back meanwhile. */
  duration: z.number().transform(seconds => Math.max(0, Math.trunc(seconds))),
  logtail: z.string().transform(text => text.slice(-LONGEST_LOGTAIL).toWellFormed()),
  /** An invalid value does not prevent the rest from being shown. */
  output: output.optional().catch(undefined),
})

/**
 * The last message about a run ends it: the rest is ignored, so that no fault in it can keep the run on the
 * page.
 */
const ended = z.object({
  ...test,
  running: z.literal(false),
  /** Undefined if they cannot be read: it is a run of this test, but unknown which. */
  params: params.optional().catch(undefined),
})

/**
 * A worker's message to `teststatus.fanout` about a running test, every ten seconds, and once more with
 * `running: false` when it has ended.
 */
export const teststatus = z.discriminatedUnion('running', [running, ended])

export type Teststatus = z.infer<typeof teststatus>
export type RunningStatus = z.infer<typeof running>
