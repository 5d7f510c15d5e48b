import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { links } from '../../../links.ts'

async function contextOf(run: Run, ...others: Run[]) {
  const site = await aSite([run, ...others])
  const page = await site.get(links.run(run))
  return { site, page, lines: page.texts('.context p') }
}

describe('what a failed run is to be seen against', () => {
  it('leads to the comparison with the last pass, however many failures lie between', async () => {
    const pass = aRun()
    const failures = Array.from({ length: 130 }, () => aRun().failing())
    const run = failures.at(-1) as Run
    const { page, site } = await contextOf(run, aRun(), pass, ...failures)
    const last = page.document.querySelector('.context [data-include]')
    expect(last?.querySelector('a:last-child')?.getAttribute('href')).toBe(links.comparison(pass, run))
    await site.web.store.createContainer('autopkgtest-noble', 'public')
    const included = await site.get(last?.getAttribute('data-include') as string)
    expect(included.texts('[data-included]')).toHaveLength(1)
  })

  it('is a pass before the run, not one after it', async () => {
    const [run, later] = [aRun().failing(), aRun()]
    expect((await contextOf(run, later)).lines[0]).toBe('No earlier pass is known.')
  })

  it('says where the same version passes and fails', async () => {
    const run = aRun().on('noble', 'armhf').failing()
    const on = (arch: string) => aRun().on('noble', arch)
    const alone = await contextOf(run, on('amd64'), on('arm64'), on('s390x').of('hello', '1'))
    expect(alone.lines[1]).toBe(
      'Of noble’s architectures with this version it fails only on armhf; it passes on amd64, arm64.',
    )
    const some = await contextOf(run, on('amd64'), on('i386').failing(), on('arm64').tmpfailing())
    expect(some.lines[1]).toBe('The same version passes on amd64, and fails on i386 too.')
    const all = await contextOf(run, on('amd64').failing())
    expect(all.lines[1]).toBe('The same version fails on every other architecture that has it: amd64.')
    expect((await contextOf(run, on('amd64').of('hello', '1'))).lines).toHaveLength(1)
  })

  it('says since when it fails elsewhere', async () => {
    const on = aRun().on('noble', 'i386')
    const first = on.named('20260903_101112_00003@').failing()
    const { lines, page } = await contextOf(
      aRun().on('noble', 'armhf').failing(),
      on.named('20260901_101112_00001@'),
      on.named('20260902_101112_00002@').tmpfailing(),
      first,
      on.named('20260904_101112_00004@').failing(),
    )
    expect(lines[1]).toBe(
      'The same version fails on every other architecture that has it: i386 (there since 2026-09-03 10:11).',
    )
    expect(page.document.querySelector(`.context a[href="${links.run(first)}"]`)).not.toBeNull()
  })

  it('says what the reference came to', async () => {
    const reference = aRun().triggeredBy('migration-reference/0').failing()
    const run = aRun().failing()
    const { page } = await contextOf(run, reference)
    expect(page.document.querySelector('.context p:last-child a')?.getAttribute('href')).toBe(
      links.run(reference),
    )
  })

  it('is not there for a run that passed', async () => {
    expect((await contextOf(aRun(), aRun().failing())).lines).toEqual([])
  })
})
