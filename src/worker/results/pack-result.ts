import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { RESULT_MEMBERS } from '../../contracts/files/result-tar.ts'
import { Unavailable } from '../../domain/errors.ts'

/** What lies beside the archives. */
const LOOSE = ['log', 'readable-by']

/** The user names of this host are not published. */
const TAR = ['--create', '--file=-', '--owner=root:0', '--group=root:0']
/** The names are passed one by one, literally; the options before them apply to them. */
const NAMES = ['--null', '--verbatim-files-from', '--files-from=-']
/** GNU tar, "Return Values": some files changed while they were read. */
const TAR_CHANGED = 1

/** Writes a tar of members of a folder through `gzip`, or as it is. */
async function tar(folder: string, members: readonly string[], file: string, gzip: boolean): Promise<void> {
  const child = spawn('tar', [...TAR, `--directory=${folder}`, ...NAMES], {
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', error => reject(new Unavailable(`tar cannot be run: ${error.message}`)))
    child.once('close', resolve)
  })
  // A program that could not be started has no pipes either
  if (child.pid === undefined) await ended
  child.stdin.on('error', () => {}) // tar has ended before it read all names, and its status shows this
  child.stdin.end(members.map(member => `${member}\0`).join(''))
  const into = createWriteStream(file)
  const written = gzip ? pipeline(child.stdout, createGzip(), into) : pipeline(child.stdout, into)
  const [status] = await Promise.all([ended, written])
  if (status !== 0 && status !== TAR_CHANGED) throw new Unavailable(`tar of ${file} ended with ${status}`)
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isFile() ?? false
}

/**
 * Packs the files of a run in `outDir` into the objects to upload, as files of `folder`: always `result.tar` and
 * `log.gz`. Returns their names; the last is the one that shows that a run is complete.
 */
export async function packResult(outDir: string, folder: string, looseTestinfo: boolean): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const objects: string[] = []
  const add = async (name: string, make: (file: string) => Promise<unknown>) => {
    await make(join(folder, name))
    objects.push(name)
  }
  const all = (await readdir(outDir)).filter(name => !LOOSE.includes(name)).sort()
  await add('artifacts.tar.gz', file => tar(outDir, all, file, true))
  const log = join(outDir, 'log')
  await add('log.gz', async file =>
    (await isFile(log))
      ? pipeline(createReadStream(log), createGzip(), createWriteStream(file))
      : pipeline([Buffer.alloc(0)], createGzip(), createWriteStream(file)),
  )
  const readers = join(outDir, 'readable-by')
  if (await isFile(readers))
    await add('readable-by', file => pipeline(createReadStream(readers), createWriteStream(file)))
  if (looseTestinfo) await add('testinfo.json', file => writeFile(file, '{}'))
  const members = (
    await Promise.all(RESULT_MEMBERS.map(async name => ({ name, is: await isFile(join(outDir, name)) })))
  )
    .filter(({ is }) => is)
    .map(({ name }) => name)
  await add('result.tar', file => tar(outDir, members, file, false))
  return objects
}
