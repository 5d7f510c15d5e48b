/**
 * `npm start`: makes a fresh clone run. Installs the npm packages if they are missing or not those of
 * package-lock.json, builds if the sources have changed, and then becomes `autopkgtest-web start` with the arguments
 * after `--`, in this same process: signals reach it once.
 */
import { spawnSync } from 'node:child_process'
import { isBuilt } from './built.mjs'
import { installNpmPackages } from './install-packages.mjs'

function fail(message) {
  process.stderr.write(`autopkgtest-web: ${message}\n`)
  process.exitCode = 1
}

/**
 * npm runs this below a shell that does not pass signals on: if the shell has gone, this process was asked to end.
 */
function endWithShell() {
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}

const BUILD = ['npm', 'run', '--silent', 'build']
/** On an idle machine. */
const USUAL_BUILD_MS = 15_000
const root = `${import.meta.dirname}/..`

function buildAloud() {
  process.stderr.write('Building…\n')
  const [program, ...args] = BUILD
  const stdio = ['ignore', process.stderr, process.stderr]
  return spawnSync(program, args, { cwd: root, stdio }).status === 0
}

async function buildBehindBar() {
  const { runQuietly } = await import('./run-quietly.mjs')
  const began = performance.now()
  // The compiler does not report its progress: the bar is two thirds full when the compiler is usually done, and
  // never full
  const progress = () => ({
    done: 1000 * (1 - Math.exp((began - performance.now()) / USUAL_BUILD_MS)),
    total: 1000,
  })
  return runQuietly(BUILD, { cwd: root, what: 'Building', progress })
}

async function start() {
  try {
    await installNpmPackages()
  } catch (error) {
    return fail(`the packages could not be installed: ${error.message}; see above`)
  }
  if (!isBuilt()) {
    const succeeded = process.stderr.isTTY ? await buildBehindBar() : buildAloud()
    if (!succeeded) return fail('the build failed; see above')
  }
  if (process.env.npm_lifecycle_event !== undefined) endWithShell()
  process.argv.splice(2, 0, 'start')
  await import('../bin/autopkgtest-web.js')
}

start()
