import type { Transcript, TranscriptPiece, Transcripts } from '../../backends/transcripts/transcripts.ts'
import { runningId } from '../../contracts/files/running-id.ts'
import { PRIVATE_PACKAGE } from '../../contracts/files/running-json.ts'
import type { RunningStatus, Teststatus } from '../../contracts/messages/teststatus.ts'
import { joinTail } from '../../domain/log/join-tails.ts'
import { readRequestParams } from '../../domain/request/request-params.ts'
import { isPrivateRequest, maskCredentials, usesPpa } from '../../domain/request/request-redaction.ts'
import { humanDuration } from '../../domain/run/duration.ts'
import { runHash } from '../../domain/run/run-hash.ts'

/** Of one run, and of all together; where there is more, the oldest lines go. */
const RUN_BYTES = 256 * 1024
const ALL_BYTES = 32 * 1024 * 1024
/** Trimmed to so much of it, so that it is not done with each piece. */
const TRIMMED = 0.75
/** What is compared with the next tail. */
const KNOWN_CHARACTERS = 16 * 1024
/** So much is held while the disk cannot be written to. */
const HELD_CHARACTERS = 8 * 1024 * 1024
/** A run that has ended is kept for so long: readers are led on to its log meanwhile. */
const ENDED_MS = 15 * 60_000
/** Reports of one run agree about its beginning; another with the same parameters began later. */
const SAME_BEGINNING_MS = 10 * 60_000
const SLACK_S = 60
/** How often the limits are checked. */
const CHECKED_MS = 10_000

interface Growing {
  readonly began: number
  duration: number
  known: string
  /** Bytes of the log that are known, where the worker says so. */
  end: number | undefined
  number: number
  line: number
  pending: TranscriptPiece[]
  isNew: boolean
  status: RunningStatus
  ended: number | undefined
  /** Something came that there was no room for. */
  isCut: boolean
}

export interface TranscriptKeeper {
  /** @param now milliseconds since 1970 */
  report(status: Teststatus, now: number): Promise<void>
  /** Writes what came since the last time, and keeps within the limits. Unavailable if the disk is to blame. */
  flush(now: number): Promise<void>
}

/** Makes transcripts of what workers report. */
export function transcriptKeeper(transcripts: Transcripts): TranscriptKeeper {
  const runs = new Map<string, Growing>()
  let held = 0
  let checked = 0

  /** Continues with what is stored of the same run, as after a restart. */
  async function growingOf(id: string, status: RunningStatus, now: number): Promise<Growing> {
    const began = now - status.duration * 1000
    const known = runs.get(id)
    if (known?.ended === undefined && known !== undefined) {
      if (isSame(known.began, began) && status.duration >= known.duration - SLACK_S) return known
    }
    const kept = known === undefined ? await transcripts.read(id).catch(() => undefined) : undefined
    const run = kept !== undefined && isSame(kept.of.began, began) ? resumed(kept, status) : undefined
    const growing = run ?? {
      ...{ began, duration: status.duration, known: '', end: undefined, number: 0, line: 1 },
      ...{ pending: [], isNew: true, status, ended: undefined, isCut: false },
    }
    runs.set(id, growing)
    return growing
  }

  function add(run: Growing, piece: Pick<TranscriptPiece, 'text' | 'gap' | 'end' | 'last'>): void {
    if (held + piece.text.length > HELD_CHARACTERS) {
      run.isCut = true
      return
    }
    held += piece.text.length
    run.number++
    // What comes after a gap is another line than what stood before it
    if ((piece.gap !== undefined || run.isCut) && run.known !== '' && !run.known.endsWith('\n')) run.line++
    const gap = run.isCut ? { gap: 'a part that could not be stored' } : {}
    run.pending.push({ number: run.number, line: run.line, ...piece, ...gap })
    run.isCut = false
    run.known = (run.known + piece.text).slice(-KNOWN_CHARACTERS)
    run.line += piece.text.split('\n').length - 1
  }

  /** Writes what is pending; more may come meanwhile. */
  async function write(id: string, run: Growing): Promise<void> {
    const { pending } = run
    if (pending.length === 0) return
    run.pending = []
    try {
      if (run.isNew) await transcripts.begin(id, whose(run))
      run.isNew = false
      await transcripts.append(id, pending)
    } catch (error) {
      run.pending = [...pending, ...run.pending]
      throw error
    }
    held -= pending.reduce((sum, { text }) => sum + text.length, 0)
  }

  return {
    async report(status, now) {
      const id = idOf(status)
      if (id === undefined) return
      if (!status.running) {
        const run = runs.get(id)
        if (run === undefined || run.ended !== undefined) return
        run.ended = now
        add(run, { text: '', last: true })
        return
      }
      const run = await growingOf(id, status, now)
      const since = run.duration
      run.status = status
      run.duration = status.duration
      const between = `between ${humanDuration(since)} and ${humanDuration(status.duration)}`
      if (status.output !== undefined) addOutput(run, status.output, between, add)
      else if (run.end === undefined) {
        const { text, follows } = joinTail(run.known, status.logtail)
        if (text !== '') add(run, { text, ...(follows ? {} : { gap: `a part that was printed ${between}` }) })
      }
    },

    async flush(now) {
      for (const [id, run] of runs) {
        await write(id, run)
        if (run.ended !== undefined && now - run.ended > ENDED_MS) {
          runs.delete(id)
          await transcripts.remove(id)
        }
      }
      if (Math.abs(now - checked) < CHECKED_MS) return
      checked = now
      await keepWithin(transcripts, runs, now)
    },
  }
}

const isSame = (a: number, b: number): boolean => Math.abs(a - b) < SAME_BEGINNING_MS

/** Undefined for a private run, which a worker hides itself and nothing here relies on that, and for one with PPAs. */
function idOf(status: Teststatus): string | undefined {
  const { release, architecture: arch, package: name, params } = status
  if (params === undefined || name === PRIVATE_PACKAGE || isPrivateRequest(params) || usesPpa(params))
    return undefined
  return runningId({ package: name, release, arch, hash: runHash(maskCredentials(params)) })
}

function resumed({ of, pieces }: Transcript, status: RunningStatus): Growing | undefined {
  const last = pieces.at(-1)
  if (last === undefined || last.last) return undefined
  const known = pieces
    .map(({ text }) => text)
    .join('')
    .slice(-KNOWN_CHARACTERS)
  const line = last.line + last.text.split('\n').length - 1
  return {
    ...{ began: of.began, duration: status.duration, known, end: last.end, number: last.number, line },
    ...{ pending: [], isNew: false, status, ended: undefined, isCut: false },
  }
}

function whose({ status, began }: Growing): Transcript['of'] {
  const { package: name, release, architecture: arch, params } = status
  return { package: name, release, arch, triggers: readRequestParams(params).triggers, began }
}

/** What a worker sends of its log, with the place of it. */
function addOutput(
  run: Growing,
  { offset, text }: NonNullable<RunningStatus['output']>,
  between: string,
  add: (run: Growing, piece: Pick<TranscriptPiece, 'text' | 'gap' | 'end'>) => void,
): void {
  const bytes = Buffer.from(text)
  const end = offset + bytes.length
  const known = run.end ?? 0
  if (end <= known) return
  const isAfterGap = offset > known
  const fresh = isAfterGap ? text : bytes.subarray(known - offset).toString('utf8')
  run.end = end
  const gap = `${(offset - known).toLocaleString('en-GB')} bytes, printed ${between}`
  add(run, { text: fresh, end, ...(isAfterGap && { gap }) })
}

/**
 * Keeps each transcript and their total within the limits; transcripts that are no longer written to are removed first.
 */
async function keepWithin(
  transcripts: Transcripts,
  runs: ReadonlyMap<string, Growing>,
  now: number,
): Promise<void> {
  const sizes = new Map<string, number>()
  for (const [id, { bytes, grown }] of await transcripts.kept()) {
    if (!runs.has(id) && now - grown.getTime() > ENDED_MS) {
      await transcripts.remove(id)
      continue
    }
    if (bytes > RUN_BYTES) await transcripts.trim(id, RUN_BYTES * TRIMMED)
    sizes.set(id, Math.min(bytes, RUN_BYTES))
  }
  let all = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  for (const [id, size] of [...sizes].sort(([, a], [, b]) => b - a)) {
    if (all <= ALL_BYTES) break
    await transcripts.trim(id, size / 2)
    all -= size / 2
  }
}
