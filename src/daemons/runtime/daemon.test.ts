import { expect, it } from 'vitest'
import { type RunningDaemon, together } from './daemon.ts'

const part = (name: string, stop: () => Promise<void>, reason?: string): RunningDaemon => ({
  name,
  health: () => (reason === undefined ? { ok: true } : { ok: false, reason, since: new Date(0) }),
  stop,
})

it('made of parts ends each of them, the last first, though one cannot end', async () => {
  const ended: string[] = []
  const failing = (name: string) => async () => {
    ended.push(name)
    throw new Error(`${name} cannot end`)
  }
  const ending = (name: string) => async () => void ended.push(name)
  const daemon = together('all', [
    part('one', ending('one')),
    part('two', failing('two')),
    part('three', failing('three')),
  ])
  await expect(daemon.stop()).rejects.toThrow('three cannot end')
  expect(ended).toEqual(['three', 'two', 'one'])
})

it('made of parts is ill if one of them is', () => {
  const ending = async () => {}
  expect(together('all', [part('one', ending), part('two', ending)]).health()).toEqual({ ok: true })
  expect(together('all', [part('one', ending), part('two', ending, 'disk full')]).health()).toMatchObject({
    ok: false,
    reason: 'disk full',
  })
})
