import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DAEMONS } from '../../src/daemons/index.ts'
import { openMetrics } from '../../src/metrics.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { describeWith } from '../servers/harness/describe-with.ts'

const FOLDER = join(import.meta.dirname, '../../deploy/monitoring')
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8')

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets: readonly { readonly expr: string }[]
  }[]
}
const dashboard = JSON.parse(read('grafana-dashboard.json')) as Dashboard
const EXPRESSIONS = dashboard.panels.flatMap(panel => panel.targets.map(target => target.expr))

/** Every name that a program which does everything exposes. */
async function exposedNames(): Promise<Set<string>> {
  const metrics = openMetrics()
  metrics.request('/', 200, 0.1)
  metrics.messages('download-results', 'recorded')
  metrics.runs('stats', 'done')
  metrics.lag('stats', () => 1)
  metrics.waiting('download-results', async () => 1)
  metrics.databaseSize(async () => 1)
  metrics.stuckTests(async () => 1)
  const { body } = await metrics.render()
  return new Set([...body.matchAll(/^(autopkgtest_web_\w+)[ {]/gm)].map(([, name]) => name as string))
}

const namesIn = (text: string) => [...new Set(text.match(/\bautopkgtest_web_\w+/g))]

describe('the examples for monitoring', () => {
  it.each(['alerts.yml', 'alerts.test.yml', 'grafana-dashboard.json'])(
    '%s names metrics that there are, and no other',
    async name => {
      const exposed = await exposedNames()
      const named = namesIn(read(name))
      expect(named.length).toBeGreaterThan(4)
      expect(named.filter(one => !exposed.has(one))).toEqual([])
    },
  )

  it('name daemons that there are', () => {
    const texts = [read('alerts.yml'), read('alerts.test.yml'), ...EXPRESSIONS]
    const named = texts.flatMap(text => [...text.matchAll(/daemon[=!]~?"([^"]+)"/g)])
    const names = named.flatMap(([, value = '']) => value.split('|'))
    expect(names).toContain('publish-db')
    expect(names.filter(name => !DAEMONS.some(daemon => daemon.name === name))).toEqual([])
  })

  it('have panels that each show something', () => {
    expect(
      dashboard.panels.filter(panel => namesIn(panel.targets.map(one => one.expr).join()).length === 0),
    ).toEqual([])
    expect(new Set(dashboard.panels.map(panel => panel.title)).size).toBe(dashboard.panels.length)
  })

  it('are explained, each alert, where operators read', () => {
    const operating = readFileSync(join(FOLDER, '../../docs/OPERATING.md'), 'utf8')
    const alerts = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
    expect(alerts.length).toBeGreaterThan(5)
    expect(alerts.filter(name => !operating.includes(`| \`${name}\` |`))).toEqual([])
  })
})

describeWith(['monitoring'], 'the examples for monitoring, for Prometheus itself', () => {
  const promtool = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('/usr/bin/promtool', [...args], {
      cwd: FOLDER,
      encoding: 'utf8',
    })
    return { status, said: stdout + stderr }
  }

  it('are right', () => {
    expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 })
  })

  it('alert of what they say, and of nothing before', () => {
    const { status, said } = promtool('test', 'rules', 'alerts.test.yml')
    expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS')])
    const tried = [...read('alerts.test.yml').matchAll(/alertname: (\w+)/g)].map(([, name]) => name)
    const all = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
    expect(all.filter(name => !tried.includes(name))).toEqual([])
  })

  it('have expressions that can be read', () => {
    const rules = EXPRESSIONS.map((expr, n) => ({ record: `panel_${n}`, expr }))
    const text = JSON.stringify({ groups: [{ name: 'panels', rules }] })
    const file = join(temporaryFolder(), 'panels.yml')
    writeFileSync(file, text)
    expect(promtool('check', 'rules', file)).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') })
  })
})
