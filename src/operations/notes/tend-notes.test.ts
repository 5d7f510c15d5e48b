import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { someDetails } from '../../../test/builders/details.ts'
import { aFailure } from '../../../test/builders/failures.ts'
import { aNote, aNotedFailure, BY_JOE } from '../../../test/builders/note.ts'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/web/site.ts'
import type { NewNote } from '../../backends/state/notes.ts'
import { SIGNATURE_RULES } from '../../domain/log/failure/signature.ts'
import type { Run } from '../../domain/run/run.ts'
import { endPassedNotes, moveNotes } from './tend-notes.ts'

const BEFORE = '2026-11-20T11:00:00'
const LEFT = new Date('2026-11-20T12:00:00Z')
const AFTER = '2026-11-20T13:00:00'
const AMD64 = { release: 'noble', arch: 'amd64' }
const ARMHF = { release: 'noble', arch: 'armhf' }

/** Leaves a note that ends with a pass, and says whether it has, with which run. */
async function endedBy(changes: Partial<NewNote>, ...runs: readonly Run[]) {
  const site = await aSite(runs)
  const note = aNote({ untilPass: true, ...changes })
  await site.web.state.notes.add(note, BY_JOE, LEFT)
  const { signal } = new AbortController()
  expect(await endPassedNotes(site.web, '', signal)).toBe('')
  const found = await site.web.state.notes.find(note.id)
  expect(found?.state).toBe(found?.ended === undefined ? 'open' : 'ended')
  return found?.ended?.run?.runId
}

const of = (run: Run): Partial<NewNote> => ({
  ...{ kind: 'failure', test: { release: run.release, arch: run.arch }, runId: run.runId },
  failure: aNotedFailure('cannot open'),
})

describe('a note that ends with a pass', () => {
  const failed = aRun().endedAt(BEFORE).failing()
  const passed = aRun().endedAt(AFTER)

  it('ends with one of its test that came after it', async () => {
    expect(await endedBy(of(failed), failed, passed)).toBe(passed.runId)
    expect(await endedBy({ kind: 'test', test: AMD64 }, failed, passed)).toBe(passed.runId)
  })

  it('goes on after a pass before it, a failure, a neutral run, and passes of other tests', async () => {
    expect(await endedBy(of(failed), failed, aRun().endedAt('2026-11-20T11:30:00'))).toBeUndefined()
    for (const other of [
      aRun().endedAt(AFTER).failing(),
      aRun().endedAt(AFTER).neutral(),
      aRun().endedAt(AFTER).on('noble', 'armhf'),
      aRun().endedAt(AFTER).on('jammy', 'amd64'),
      aRun().endedAt(AFTER).of('gzip'),
    ])
      expect(await endedBy(of(failed), failed, other)).toBeUndefined()
    expect(await endedBy({ ...of(failed), untilPass: false }, failed, passed)).toBeUndefined()
  })

  it('ends with a run of migration-reference/0 only if it was left at one', async () => {
    const reference = aRun().endedAt(AFTER).triggeredBy('migration-reference/0')
    expect(await endedBy(of(failed), failed, reference)).toBeUndefined()
    const failedReference = failed.triggeredBy('migration-reference/0')
    expect(await endedBy(of(failedReference), failedReference, reference)).toBe(reference.runId)
  })

  it('of several architectures ends when all of them have passed', async () => {
    const arches = ['amd64', 'armhf', 's390x']
    const onArmhf = aRun().on('noble', 'armhf')
    const before = [failed, onArmhf.endedAt(BEFORE).failing()]
    expect(await endedBy({ ...of(failed), arches }, ...before, passed)).toBeUndefined()
    const later = onArmhf.endedAt('2026-11-20T14:00:00')
    expect(await endedBy({ kind: 'test', test: ARMHF, arches }, ...before, passed, later)).toBe(later.runId)
  })

  it('of a package ends when nothing of it fails any more', async () => {
    const failing = aRun().on('jammy', 'amd64').endedAt(BEFORE).failing()
    expect(await endedBy({}, failed, passed, failing)).toBeUndefined()
    const mended = aRun().on('jammy', 'amd64').endedAt('2026-11-20T14:00:00')
    expect(await endedBy({}, failed, passed, failing, mended)).toBe(mended.runId)
    expect(await endedBy({}, aRun().endedAt(BEFORE))).toBeUndefined()
    const elsewhere = aRun().on('noble', 'armhf').endedAt(AFTER).failing()
    expect(await endedBy({ arches: ['amd64'] }, failed, passed, elsewhere)).toBe(passed.runId)
  })

  it('of a subtest ends when that passes, whatever becomes of the others', async () => {
    const again = aRun().endedAt(AFTER).failing()
    const ended = async (result: 'PASS' | 'FAIL' | 'SKIP') => {
      const site = await aSite([failed, again])
      await site.web.derived.saveDetails(again, {
        ...someDetails(),
        subtests: [
          { name: 'smoke', result, detail: '' },
          { name: 'other', result: 'FAIL', detail: '' },
        ],
      })
      const note = aNote({ ...of(failed), kind: 'subtest', subtest: 'smoke', untilPass: true })
      await site.web.state.notes.add(note, BY_JOE, LEFT)
      await endPassedNotes(site.web, '', new AbortController().signal)
      return (await site.web.state.notes.find(note.id))?.ended?.run?.runId
    }
    expect([await ended('PASS'), await ended('FAIL'), await ended('SKIP')]).toEqual([
      again.runId,
      undefined,
      undefined,
    ])
  })

  it('is no more shown at the same failure, and stands again when it is edited', async () => {
    const site = await aSite([failed, passed])
    await site.web.derived.saveDetails(failed, someDetails(), [aFailure('cannot open')])
    const note = aNote({ ...of(failed), untilPass: true })
    await site.web.state.notes.add(note, BY_JOE, LEFT)
    const address = `/packages/hello/noble/amd64/${failed.runId}`
    const shown = async () => (await site.get(address)).texts('.note-text')
    expect(await shown()).toEqual([note.text])
    await endPassedNotes(site.web, '', new AbortController().signal)
    expect(await shown()).toEqual([])
    await site.web.state.notes.edit({ id: note.id, edits: 0 }, note, BY_JOE, new Date('2026-11-21T12:00:00Z'))
    await endPassedNotes(site.web, '', new AbortController().signal)
    expect(await shown()).toEqual([note.text])
  })
})

describe('a note whose signature is of other rules', () => {
  it('is given that of its line in the run where it was left, or of the line alone', async () => {
    const run = aRun().failing()
    const site = await aSite([run])
    await site.web.derived.saveDetails(run, someDetails(), [aFailure('tool: cannot open', { number: 12 })])
    const old = { ...aNotedFailure('cannot open', 12), address: 'f'.repeat(16), rules: SIGNATURE_RULES - 1 }
    const kept = aNote({ ...of(run), failure: old })
    const lost = aNote({ ...of(run), runId: '20200101_000000_abcde@', failure: old })
    for (const note of [kept, lost]) await site.web.state.notes.add(note, BY_JOE, LEFT)
    await site.web.derived.failures.readAgainSince('2000')
    await moveNotes(site.web, { readsAgain: true })
    const { notes } = site.web.state
    const [known] = (await site.web.derived.failures.of(run)) ?? []
    expect((await notes.find(kept.id))?.failure).toMatchObject({
      address: known?.signature?.address,
      line: old.line,
    })
    expect((await notes.find(lost.id))?.failure?.address).toBe(aNotedFailure('cannot open').address)
    expect(await notes.ofOtherRules(SIGNATURE_RULES, 9)).toEqual([])
  })

  /** A note at a failed run of which all that is known is of a program with other rules. */
  async function leftBefore() {
    const run = aRun().failing()
    const site = await aSite([run])
    const { derived, state } = site.web
    await derived.indexRuns('id', '1', [run])
    await derived.saveDetails(run, someDetails(), [aFailure('tool: cannot open', { number: 12 })])
    const beside = new Database(join(site.folder, 'derived.db'))
    beside.exec('UPDATE detail SET failure_rules = 0; UPDATE failure_progress SET rules = 0')
    beside.close()
    const failure = {
      ...aNotedFailure('cannot open', 12),
      address: 'f'.repeat(16),
      rules: SIGNATURE_RULES - 1,
    }
    const note = aNote({ ...of(run), failure })
    await state.notes.add(note, BY_JOE, LEFT)
    const address = async () => (await state.notes.find(note.id))?.failure?.address
    return { run, web: site.web, failures: derived.failures, address, before: failure.address }
  }

  it('waits until the log of its run was read again, and follows what is found there then', async () => {
    const { run, web, failures, address, before } = await leftBefore()
    await moveNotes(web, { readsAgain: true })
    expect(await address()).toBe(before)
    await failures.readAgainSince('2000')
    await moveNotes(web, { readsAgain: true })
    expect(await address()).toBe(before)
    await failures.save(run, [aFailure('tool: cannot open door', { number: 12 })])
    await moveNotes(web, { readsAgain: true })
    expect(await address()).toBe(aNotedFailure('tool: cannot open door').address)
  })

  it('is given that of its line alone where no log is read again', async () => {
    const { web, address } = await leftBefore()
    await moveNotes(web, { readsAgain: false })
    expect(await address()).toBe(aNotedFailure('cannot open').address)
  })
})
