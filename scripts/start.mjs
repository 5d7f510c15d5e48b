/**
 * `npm start`: makes a fresh clone run. Installs the npm packages if they are missing or not those of
 * package-lock.json, builds if the sources have changed, and is then `autopkgtest-web start` with the arguments
 * behind `--`, in this same process: signals reach it once.
 */
import { spawnSync } from 'node:child_process'
import { isBuilt } from './built.mjs'
import { installNpmPackages } from './install-packages.mjs'

function fail(message) {
  process.stderr.write(`autopkgtest-web: ${message}\n`)
  process.exitCode = 1
}

/** npm runs us below a shell that keeps signals to itself: when the shell has gone, we were asked to end. */
function endWithShell() {
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  timer.unref()
}

async function start() {
  try {
    installNpmPackages()
  } catch (error) {
    return fail(`the packages could not be installed: ${error.message}; see above`)
  }
  if (!isBuilt()) {
    process.stderr.write('Building…\n')
    const stdio = ['ignore', process.stderr, process.stderr]
    const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: `${import.meta.dirname}/..`,
      stdio,
    })
    if (status !== 0) return fail('the build failed; see above')
  }
  if (process.env.npm_lifecycle_event !== undefined) endWithShell()
  process.argv.splice(2, 0, 'start')
  await import('../bin/autopkgtest-web.js')
}

start()
