import { describe, expect, it } from 'vitest'
import { type Alert, formatAlert, isInForce, parseAlerts, wrongDates } from '../alert.ts'
import { parseQueueName, queueName } from '../queue/queue-name.ts'
import { parseRunDirectory, ppaContainersOf, runDirectory } from '../run/container.ts'
import { humanDuration } from '../run/duration.ts'
import { parseSubtestLine, parseSummary } from '../run/subtest.ts'
import { exitcodesOf, verdictOf } from '../run/verdict.ts'
import { parseTrigger, splitTriggers } from '../trigger/trigger.ts'
import { packagePrefix } from './test.ts'

describe('names in the object store', () => {
  it.each([
    ['hello', 'h'],
    ['libxml2', 'libx'],
    ['lib', 'lib'],
  ])('%s stands below %s', (name, prefix) => expect(packagePrefix(name)).toBe(prefix))

  it('lead from a run to its folder and back', () => {
    const run = { release: 'noble', arch: 'amd64', package: 'libxml2', runId: '20260902_101112_abcde@' }
    expect(runDirectory(run)).toBe('noble/amd64/libx/libxml2/20260902_101112_abcde@')
    expect(parseRunDirectory(`${runDirectory(run)}/log.gz`)).toEqual(run)
    expect(parseRunDirectory('noble/amd64/readme')).toBeUndefined()
  })

  it('of PPA containers are told apart by the user who is asked for', () => {
    const containers = ['autopkgtest-noble-a-b-c', 'autopkgtest-noble', 'autopkgtest-noble-a-']
    expect(ppaContainersOf('a', containers, ['noble']).map(one => one.ppa)).toEqual(['b-c'])
    expect(ppaContainersOf('a-b', containers, ['noble']).map(one => one.ppa)).toEqual(['c'])
  })
})

describe('names of queues', () => {
  it.each(['debci-noble-amd64', 'debci-huge-noble-s390x', 'debci-ppa-noble-amd64'])('%s has parts', name => {
    expect(queueName(parseQueueName(name) as NonNullable<ReturnType<typeof parseQueueName>>)).toBe(name)
  })

  it.each(['debci-noble', 'other-noble-amd64', 'debci-odd-noble-amd64', 'debci-a-b-c-d'])(
    '%s is none',
    name => expect(parseQueueName(name)).toBeUndefined(),
  )
})

describe('verdicts', () => {
  it.each([
    [0, 'pass'],
    [14, 'fail'],
    [8, 'neutral'],
    [16, 'tmpfail'],
    [99, 'denylisted'],
    [-15, 'otherfail'],
    [null, 'otherfail'],
  ])('of %s is %s', (code, verdict) => expect(verdictOf(code)).toBe(verdict))

  it('otherfail, an unknown word and a name of Object do not filter', () => {
    expect(['otherfail', 'nonsense', 'constructor'].map(exitcodesOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('durations', () => {
  it.each([
    [3671, '1h 01m 11s'],
    [0, '0h 00m 00s'],
    [360_000.9, '100h 00m 00s'],
    [null, ''],
  ])('%s s is %j', (seconds, text) => expect(humanDuration(seconds)).toBe(text))
})

describe('triggers', () => {
  it('are split at blanks, however many', () => expect(splitTriggers(' a/1  b/2 ')).toEqual(['a/1', 'b/2']))
  it.each(['a', 'a/', '/1', 'a/1/2'])('%s is malformed', text => expect(parseTrigger(text)).toBeUndefined())
})

describe('subtests', () => {
  it('that are listed twice count once', () => {
    expect(parseSummary('a  SKIP no machine\nb  PASS\na  SKIP no machine\nblame: x\n')).toEqual([
      { name: 'a', result: 'SKIP', detail: 'no machine' },
      { name: 'b', result: 'PASS', detail: '' },
    ])
  })

  it('of one name have each of their results', () => {
    const results = (summary: string) => parseSummary(summary).map(({ result }) => result)
    expect(results('unit FAIL non-zero exit status 2\nunit PASS\n')).toEqual(['FAIL', 'PASS'])
    expect(results('unit FAIL non-zero exit status 2\nunit SKIP no\n')).toEqual(['FAIL', 'SKIP'])
    expect(results('unit SKIP not this arch\nunit SKIP not this arch\nunit PASS\n')).toEqual(['SKIP', 'PASS'])
  })

  it('are read as far as anybody looks, those that failed behind all others too', () => {
    const many = (result: string) => Array.from({ length: 30_000 }, (_, n) => `${n} ${result}\n`).join('')
    const results = parseSummary(`${many('PASS')}last FAIL\n`).map(({ result }) => result)
    expect([results.length, results.at(-1)]).toEqual([20_001, 'FAIL'])
    expect(parseSummary(many('FAIL') + many('PASS'))).toHaveLength(40_000)
  })

  it.each(['badpkg: no', 'erroneous package: x', 'PASS', ''])('%j is none', line =>
    expect(parseSubtestLine(line)).toBeUndefined(),
  )
})

describe('alerts', () => {
  it('may hold colons and dates', () => {
    const [alert] = parseAlerts('warning:[since=2026-12-01 until=2026-12-03] arm64: is slow\n\n')
    expect(alert).toEqual({
      level: 'warning',
      message: 'arm64: is slow',
      since: '2026-12-01',
      until: '2026-12-03',
    })
    expect(parseAlerts(formatAlert(alert as NonNullable<typeof alert>))).toEqual([alert])
  })

  it('are in force from one date to before the other', () => {
    const alert = { level: 'info', message: 'x', since: '2026-12-01', until: '2026-12-03' } as const
    const at = (day: string) => isInForce(alert, new Date(day))
    expect(['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03'].map(at)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it.each([
    ['warning:[until=2026-13-40] slow', { until: '2026-13-40' }],
    ['warning:[since=2026-02-30 until=tomorrow] slow', { since: '2026-02-30', until: 'tomorrow' }],
    ['warning:[since=2026-12-01T25:00Z] slow', { since: '2026-12-01T25:00Z' }],
  ])('%s, with a date that is none, is shown', (line, dates) => {
    const [alert] = parseAlerts(line)
    expect(alert).toEqual({ level: 'warning', message: 'slow', ...dates })
    expect(isInForce(alert as Alert, new Date())).toBe(true)
    expect(wrongDates(alert as Alert)).toEqual(Object.values(dates))
    expect(formatAlert(alert as Alert)).toBe(line)
  })

  it('keep the date that is one beside one that is none', () => {
    const [alert] = parseAlerts('info:[since=x until=2026-12-03] over')
    expect(isInForce(alert as Alert, new Date('2026-12-02'))).toBe(true)
    expect(isInForce(alert as Alert, new Date('2026-12-03'))).toBe(false)
  })

  it.each(['[ticket 12] slow', '[] slow', '[until=x or not] slow', '[until=2026-12-01 slow'])(
    'may begin with %s',
    message => {
      expect(parseAlerts(`info:${message}`)).toEqual([{ level: 'info', message }])
    },
  )

  it('of another form are shown as a warning', () => {
    expect(parseAlerts('the lab is on fire')).toEqual([{ level: 'warning', message: 'the lab is on fire' }])
  })
})
