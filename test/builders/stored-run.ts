import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { Store } from '../../src/backends/store/store.ts'
import { distributionContainer, runDirectory } from '../../src/domain/run/container.ts'
import type { Run } from '../../src/domain/run/run.ts'

/** The files of a run in the store besides its row: files with other contents, or null for none. */
export interface StoredFiles {
  readonly log?: Uint8Array | null
  /** Members of `result.tar` that differ from the run, or null for none. */
  readonly members?: Readonly<Record<string, string | null>>
  readonly resultTar?: Uint8Array
}

/** Puts the files of a run into the store as a worker does, so that its row can be made from them. */
export async function storeRun(store: Store, run: Run, files: StoredFiles = {}): Promise<void> {
  const container = distributionContainer(run.release)
  await store.createContainer(container, 'public')
  const put = (name: string, bytes: Uint8Array) => store.put(container, `${runDirectory(run)}/${name}`, bytes)
  if (files.log !== null) await put('log.gz', files.log ?? gzipSync(logOf(run)))
  await put('result.tar', files.resultTar ?? (await tarOf({ ...membersOf(run), ...files.members })))
}

/** The log of a run that only began. */
function logOf(run: Run): string {
  const env = run.env?.split(',') ?? []
  const options = [
    ...(env.includes('all-proposed=1') ? ['--apt-pocket=proposed'] : []),
    run.package,
    `'--env=ADT_TEST_TRIGGERS=${run.triggers}'`,
    ...env.filter(part => part.startsWith('testname=')).map(part => `--${part}`),
  ]
  const lines = ['version 5.49', `host worker-1; command line: autopkgtest ${options.join(' ')} -- null`]
  return lines.map(line => `  0s autopkgtest [10:11:12]: ${line}\n`).join('')
}

function membersOf(run: Run): Record<string, string | null> {
  const testinfo = { custom_environment: [`ADT_TEST_TRIGGERS=${run.triggers}`] }
  return {
    exitcode: `${run.exitcode}\n`,
    'testpkg-version': `${run.package} ${run.version}`,
    duration: `${run.duration}\n`,
    'testinfo.json': JSON.stringify(testinfo),
    requester: run.requester ? `${run.requester}\n` : null,
    summary: `smoke                ${run.exitcode === 0 ? 'PASS' : 'FAIL non-zero exit status 1'}\n`,
  }
}

/** A tar of these members, in their order. */
export async function tarOf(members: Readonly<Record<string, string | null>>): Promise<Uint8Array> {
  const tar = pack()
  for (const [name, content] of Object.entries(members)) if (content !== null) tar.entry({ name }, content)
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of tar) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}
