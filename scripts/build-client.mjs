// Bundles the browser's part into dist/static/, under names that contain a hash of the content, with a manifest that
// maps plain names to those. Any web server may serve the folder.
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'dist', 'static')
/** Has a fixed address: people have installed it from there. */
const userScript = join(root, 'src', 'web', 'client', 'logs-viewer.user.js')

await rm(out, { recursive: true, force: true })
await mkdir(out, { recursive: true })
const built = await build({
  absWorkingDir: root,
  entryPoints: {
    style: 'src/web/style/style.css',
    site: 'src/web/client/site.ts',
    theme: 'src/web/client/theme.ts',
  },
  entryNames: '[name].[hash]',
  assetNames: '[name].[hash]',
  outdir: out,
  bundle: true,
  minify: true,
  charset: 'utf8',
  format: 'iife',
  target: ['chrome109', 'firefox115', 'safari16'],
  metafile: true,
})

const manifest = {}
for (const file of Object.keys(built.metafile.outputs)) {
  const name = basename(file)
  manifest[name.replace(/\.[A-Z0-9]{8}(\.[a-z]+)$/, '$1')] = name
}
await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
if (existsSync(userScript)) await copyFile(userScript, join(out, basename(userScript)))
process.stderr.write(`built ${(await readdir(out)).length - 1} files for the browser\n`)
