import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { DAEMONS, daemonsNamed } from '../../src/daemons/index.ts'
import { temporaryFolder } from '../builders/databases.ts'

// No image can be built here: that takes a container engine, and base images from the network. What the instructions
// copy and run is tried in folders instead.
const ROOT = join(import.meta.dirname, '../..')
const exec = promisify(execFile)
const containerfile = readFileSync(join(ROOT, 'deploy/container/Containerfile'), 'utf8')
const compose = readFileSync(join(ROOT, 'deploy/container/compose.yaml'), 'utf8')

/** Does the `COPY` instructions of one stage, from `context` and from what the stage before made. */
function copyInto(folder: string, stage: string, build: string): void {
  for (const [, from, words = ''] of stage.matchAll(/^COPY (--from=build )?(.+)$/gm)) {
    const sources = words.split(' ')
    const target = sources.pop() as string
    for (const source of sources) {
      const path = from ? source.replace('/src', build) : join(ROOT, source)
      const name = target === './' ? (source.split('/').pop() as string) : target
      if (name.endsWith('node_modules')) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
      else cpSync(path, join(folder, name), { recursive: true })
    }
  }
}

it('builds from what the container file copies, and runs from what it keeps', async () => {
  const [, building = '', running = ''] = containerfile.split(/^FROM /m)
  const [build, run] = [join(temporaryFolder(), 'src'), join(temporaryFolder(), 'opt')]
  mkdirSync(build)
  mkdirSync(run)
  copyInto(build, building, build)
  symlinkSync(join(ROOT, 'node_modules'), join(build, 'node_modules'))
  expect(building).toContain('npm run build')
  await exec('npm', ['run', '--silent', 'build'], { cwd: build })
  copyInto(run, running, build)
  const program = join(run, 'bin/autopkgtest-web')
  const env = { PATH: process.env.PATH, AUTOPKGTEST_WEB_DATA_DIR: join(run, 'data') }
  expect((await exec(program, ['--version'], { env })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect((await exec(program, ['db', 'migrate'], { env })).stderr).not.toMatch(/error/i)
}, 300_000)

it('is configured by the compose file so that nothing is missing, and runs every daemon', () => {
  const variables = [...compose.matchAll(/^ {2}(AUTOPKGTEST_\w+): (.+)$/gm)]
  const env = Object.fromEntries(
    variables.map(([, name = '', value = '']) => [name, value.replace(/^"|"$|\$\{\w+:\?\}/g, '')]),
  )
  expect(variables.length).toBeGreaterThan(5)
  const { problems, warnings } = readConfig({ env: { ...env, HOME: '/nonexistent' } })
  expect([problems, warnings]).toEqual([[], []])
  const started = /command: \[daemon, (.+)\]$/m.exec(compose)?.[1]?.split(', ') ?? []
  expect(daemonsNamed(started)).toEqual(DAEMONS.map(one => one.name))
})

it('parses as YAML that compose programs take', async () => {
  const check = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))'
  const { stdout } = await exec('/usr/bin/python3', [
    '-c',
    check,
    join(ROOT, 'deploy/container/compose.yaml'),
  ])
  const { services } = JSON.parse(stdout) as { services: Record<string, { network_mode?: string }> }
  expect(Object.keys(services)).toEqual(['web1', 'web2', 'daemons', 'rabbitmq', 'postgres', 'swift'])
  expect(services.web1?.network_mode).toBe('service:swift')
})
