import type { Derived } from '../../backends/derived/derived.ts'
import type { Results } from '../../backends/results/results.ts'
import { BadInput, NotFound } from '../../domain/errors.ts'
import { SIGNATURE_RULES } from '../../domain/log/failure/signature.ts'
import type { NotedFailure, NotePlace } from '../../domain/note/note.ts'
import type { NoteTarget } from '../../domain/note/note-form.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'

interface Deps {
  readonly results: Pick<Results, 'run' | 'history' | 'newestRuns'>
  readonly derived: Pick<Derived, 'failures'>
}

/** A place that there is, and by what it is known who may write there. */
export interface LocatedNote {
  readonly place: NotePlace
  /** The release for which upload rights are checked. */
  readonly release: string
  readonly triggers: readonly string[]
}

/**
 * Looks up where a note is to stand. All of it is public: of private runs and those of PPAs there are no rows here, so
 * nothing can be left at them. NotFound or BadInput say what there is not.
 */
export async function locateNote(
  deps: Deps,
  target: NoteTarget,
  releases: readonly string[],
): Promise<LocatedNote> {
  const { kind, release, arch, runId } = target
  if (runId !== '') return atRun(deps, target)
  const name = target.package
  if (kind === 'test') {
    const [newest] = await deps.results.history({ package: name, release, arch }, { limit: 1 })
    if (newest === undefined) throw new NotFound(`There is no test of ${name} on ${release} ${arch}.`)
    return { place: { ...placeOf(target), test: { release, arch } }, release, triggers: [] }
  }
  const tested = new Set((await deps.results.newestRuns(name)).map(run => run.release))
  const newest = releases.findLast(one => tested.has(one)) ?? [...tested].at(-1)
  if (newest === undefined) throw new NotFound(`There is no test of ${name}.`)
  return { place: placeOf(target), release: newest, triggers: [] }
}

const placeOf = (target: NoteTarget): NotePlace => ({
  ...{ kind: target.kind, package: target.package, subtest: '' },
  ...{ test: undefined, runId: undefined, failure: undefined },
})

async function atRun(deps: Deps, target: NoteTarget): Promise<LocatedNote> {
  const { kind, release, arch, runId, subtest } = target
  const run = await deps.results.run({ package: target.package, release, arch, runId })
  if (run === undefined)
    throw new NotFound(`There is no such run of ${target.package} on ${release} ${arch}.`)
  const failure = kind === 'failure' || kind === 'subtest' ? await failureOf(deps, target) : undefined
  return {
    place: {
      ...placeOf(target),
      ...{ test: { release, arch }, runId, failure },
      subtest: kind === 'subtest' ? subtest : '',
    },
    release,
    triggers: splitTriggers(run.triggers),
  }
}

async function failureOf({ derived }: Deps, target: NoteTarget): Promise<NotedFailure> {
  const { kind, release, arch, runId, address, subtest } = target
  const failures = await derived.failures.of({ package: target.package, release, arch, runId })
  const found = failures?.find(
    one => one.signature?.address === address && (kind === 'failure' || one.test === subtest),
  )
  const [line] = found?.lines ?? []
  if (found?.signature === undefined || line === undefined)
    throw new BadInput(
      `This run is not known to have failed this way${kind === 'subtest' ? ' in this subtest' : ''}.`,
    )
  return { address, text: found.signature.text, rules: SIGNATURE_RULES, line }
}
