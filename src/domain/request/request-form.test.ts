import { describe, expect, it } from 'vitest'
import {
  checkBaseline,
  checkPlace,
  checkReference,
  checkTrigger,
  checkValues,
  isPpaName,
  type RequestForm,
  readRequestForm,
} from './request-form.ts'

const SITE = 'https://autopkgtest.example'

function read(query: string): RequestForm {
  const form = readRequestForm(new URLSearchParams(query), SITE)
  if ('lines' in form) throw new Error(form.lines.join('\n'))
  return form
}

const WHOLE = 'release=noble&arch=amd64&package=hello&trigger=hello/1'
const linesOf = (query: string) => checkValues(new URLSearchParams(query), read(query))?.lines

describe('the parameters of a request', () => {
  it('may come in any order, with several architectures, triggers and PPAs', () => {
    expect(
      read('trigger=a/1&ppa=x/y&arch=amd64&trigger=b/2&package=hello&arch=s390x&release=noble&arch=amd64'),
    ).toEqual({
      release: 'noble',
      arches: ['amd64', 's390x'],
      package: 'hello',
      triggers: ['a/1', 'b/2'],
      ppas: ['x/y'],
      allProposed: false,
      readableBy: undefined,
    })
  })

  it.each(['release', 'arch', 'package', 'trigger'])(
    'without %s are told so, and answered with an example',
    name => {
      const query = new URLSearchParams(WHOLE)
      query.delete(name)
      expect(readRequestForm(query, SITE)).toEqual({
        status: 400,
        lines: [
          `You have passed invalid args: release, arch, package, requester (${name} is missing)`,
          'Please see an example url below:',
          'https://autopkgtest.example/request.cgi/?release=release&arch=arch&package=pkg&trigger=trigger1&trigger=trigger2',
        ],
      })
    },
  )

  it.each([
    ['&nonsense=1', 'Invalid argument nonsense'],
    ['&testname=x', 'Invalid argument testname'],
    ['&all-proposed=yes', 'Invalid all-proposed value'],
    ['&readable-by=', 'Invalid readable-by value'],
    ['&readable-by=joe%00ann', 'Invalid readable-by value'],
    ['&readable-by=,', 'Invalid readable-by value'],
  ])('%s is refused in the words that clients know', (more, line) => {
    expect(linesOf(WHOLE + more)).toEqual([line])
  })

  it.each(['Hello', 'a', '../etc', 'x{y}', 'he llo'])('%j is no package', name => {
    expect(linesOf(WHOLE.replace('hello&', `${encodeURIComponent(name)}&`))).toEqual(['Malformed package'])
  })

  it('may name a requester, who is overwritten anyway', () => {
    expect(linesOf(`${WHOLE}&requester=admin`)).toBeUndefined()
  })
})

describe('a request', () => {
  it('is for a release and architectures that are tested here', () => {
    const places = { releases: ['noble'], arches: ['amd64'] }
    expect(checkPlace(read(WHOLE), places)).toBeUndefined()
    expect(checkPlace(read(WHOLE.replace('noble', 'warty')), places)?.lines).toEqual([
      'release warty not found',
    ])
    expect(checkPlace(read(`${WHOLE}&arch=vax`), places)).toEqual({
      status: 404,
      lines: ['arch vax not found'],
    })
  })

  it('for a baseline has no other triggers, PPAs or all-proposed', () => {
    const baseline = WHOLE.replace('hello/1', 'migration-reference/0')
    expect(checkReference(read(`${baseline}&all-proposed=1`))?.lines[0]).toMatch(/not compatible/)
    expect(checkBaseline(read(`${baseline}&trigger=a/1`))?.lines[0]).toMatch(/additional triggers/)
    expect(checkBaseline(read(`${baseline}&ppa=a/b`))?.lines[0]).toMatch(/Cannot use PPAs/)
    expect(checkBaseline(read(baseline))).toBeUndefined()
  })
})

describe('a trigger', () => {
  it.each([
    ['hello', ['Malformed trigger, must be srcpackage/version']],
    ['a/1 b/2', ['Malformed trigger, must be srcpackage/version']],
    ['Hello/1', ['Malformed trigger: Hello', 'version: 1']],
    ['hello/1_2', ['Malformed trigger: hello', 'version: 1_2']],
    ['linux-meta-raspi/5', ["The raspi kernel can't be tested with autopkgtest."]],
  ])('%s is refused', (trigger, lines) => expect(checkTrigger(trigger)).toEqual({ status: 400, lines }))

  it.each(['hello/2.10-3', 'gcc-12/12.2.0-14+deb12u1', 'x11/1:2~rc1'])('%s is one', trigger =>
    expect(checkTrigger(trigger)).toBeUndefined(),
  )
})

describe('a PPA', () => {
  it.each([
    ['team/name', true],
    ['team', false],
    ['a/b/c', false],
    ['user:token@team/name', false],
  ])('%s: %s', (name, is) => expect(isPpaName(name)).toBe(is))
})
