/**
 * `npm test`: installs what is missing, builds, runs every test against real servers, and lists those that could not
 * run. Arguments are passed on to vitest. The last line is `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isBuilt } from './built.mjs'
import { installDebianPackages, installNpmPackages } from './install-packages.mjs'

const root = join(import.meta.dirname, '..')
const resultFile = join(root, 'test-results/vitest.json')

/**
 * Runs a program without input; returns its exit status. It and all processes it started end with this process at the
 * latest.
 */
async function run(program, ...args) {
  const child = spawn(program, args, { cwd: root, detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
  // The end of its input tells this shell that this process has ended, even if by SIGKILL
  const watch = ['-c', `read -r _; kill -s TERM -- -${child.pid}`]
  const watcher = spawn('/bin/sh', watch, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const passOn = signal => process.kill(-child.pid, signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn)
  const [status, signal] = await once(child, 'exit')
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, passOn)
  watcher.stdin.end()
  if (signal) process.kill(process.pid, signal)
  return status ?? 1
}

/** Reads vitest's counts; a file that failed outside its tests counts as one failed test. */
function readResults() {
  let results
  try {
    results = JSON.parse(readFileSync(resultFile, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: 0, reasons: [] }
  }
  const files = results.testResults
  const tests = files.flatMap(file => file.assertionResults)
  const broken = files.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  )
  const skipped = tests.filter(test => test.status !== 'passed' && test.status !== 'failed')
  // describeWith() puts the reason into the title of the suite; for other tests, only the full name of the test tells
  // it
  const findReason = test =>
    test.ancestorTitles.find(title => title.includes('(cannot run: ')) ?? test.fullName
  return {
    passed: tests.filter(test => test.status === 'passed').length,
    failed: tests.filter(test => test.status === 'failed').length + broken.length,
    skipped: skipped.length,
    reasons: [...new Set(skipped.map(findReason))],
  }
}

await installNpmPackages()
const groups = [
  'rabbitmq',
  'swift',
  'keystone',
  'postgres',
  'chromium',
  'openid',
  'clients',
  'autopkgtest',
  'testbed',
  'proxies',
  'packaging',
  'monitoring',
  'systemd',
  'faketime',
  'wrk',
]
const absent = installDebianPackages(groups)
if (absent.length > 0) console.error(`Not installed, and not installable here: ${absent.join(', ')}`)
if (!isBuilt() && (await run('npm', 'run', '--silent', 'build')) !== 0) {
  console.log('The build failed.\n0 passed, 1 failed, 0 skipped')
  process.exit(1)
}

mkdirSync(join(root, 'test-results'), { recursive: true })
rmSync(resultFile, { force: true })
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]
const status = await run(process.execPath, vitest, 'run', ...reporters, ...process.argv.slice(2))

const { passed, failed, skipped, reasons } = readResults()
if (reasons.length > 0) console.log(`\nCould not run:\n${reasons.map(reason => `  ${reason}`).join('\n')}`)
// Vitest also fails for errors outside of all tests
const failures = status !== 0 && failed === 0 ? 1 : failed
console.log(`\n${passed} passed, ${failures} failed, ${skipped} skipped`)
process.exitCode = status === 0 && failures > 0 ? 1 : status
