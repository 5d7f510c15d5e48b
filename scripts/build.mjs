/** `npm run build`: the program and the browser's part, into dist/. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { markBuilt } from './built.mjs'
import { removeLeftovers } from './remove-leftovers.ts'

const root = join(import.meta.dirname, '..')
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (status === 0) {
  removeLeftovers(join(root, 'src'), join(root, 'dist'), ['static'])
  await import('./build-client.mjs')
  markBuilt()
} else {
  process.exitCode = 1
}
