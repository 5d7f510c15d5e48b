import { expect, it } from 'vitest'
import { comparePackages, type PackageChanges } from './package-changes.ts'

function compare(
  before: Record<string, string>,
  after: Record<string, string>,
  triggers: string[] = [],
  most = 100,
): PackageChanges {
  const lists = { before: new Map(Object.entries(before)), after: new Map(Object.entries(after)) }
  const steps = comparePackages(lists, triggers, most)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
const said = ({ changes }: PackageChanges) => changes.map(({ name, kind }) => `${name} ${kind}`)

it('tells what changed by Debian’s order of versions', () => {
  const before = { a: '1.0-9', b: '1:1.0', c: '1.0', d: '1.0', e: '1.0~rc1', f: '1.00' }
  const after = { a: '1.0-10', b: '2.0', d: '1.0', e: '1.0', f: '1.0', g: '1' }
  const changes = compare(before, after)
  expect(said(changes)).toEqual([
    'a upgraded',
    'e upgraded',
    'b downgraded',
    'g added',
    'c removed',
    'f respelt',
  ])
  expect(changes).toMatchObject({ changed: 6, ofTriggers: 0, counts: { upgraded: 2, removed: 1 } })
})

it('puts what came in the version of a trigger first, built again or not, and names the trigger', () => {
  const before = { aaa: '1', libc6: '2.40-1', 'libc-bin': '2.40-1' }
  const after = { aaa: '2', libc6: '2.40-2', 'libc-bin': '2.40-2+b1' }
  const changes = compare(before, after, ['glibc/2.40-2', 'migration-reference/0'])
  expect(said(changes)).toEqual(['libc6 upgraded', 'libc-bin upgraded', 'aaa upgraded'])
  expect(changes.changes.map(change => change.trigger)).toEqual(['glibc/2.40-2', 'glibc/2.40-2', undefined])
  expect(changes.ofTriggers).toBe(2)
})

it('a trigger that changed nothing is none of it', () => {
  expect(compare({ libc6: '2' }, { libc6: '2' }, ['glibc/2'])).toMatchObject({ changed: 0, ofTriggers: 0 })
  expect(compare({ x: '0' }, {}, ['migration-reference/0'])).toMatchObject({ ofTriggers: 0 })
})

it('counts all and gives some', () => {
  const after = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`p${n}`, n % 2 === 0 ? '1' : '7']))
  const changes = compare({}, after, ['x/7'], 10)
  expect(changes).toMatchObject({ changed: 5000, ofTriggers: 2500, counts: { added: 5000 } })
  expect(changes.changes).toHaveLength(10)
})
