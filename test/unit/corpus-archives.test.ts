import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { listArtifacts, openArtifact } from '../../src/contracts/files/artifacts-tar.ts'
import { readResultTar } from '../../src/contracts/files/result-tar.ts'
import { CORPUS, readCorpus } from '../builders/corpus.ts'

describe('the archives of real results', () => {
  const folder = CORPUS
  const store = filesystemStore({ root: folder })
  const corpus = readCorpus(CORPUS)
  const open = async (run: string, file: string) => {
    const [container = '', ...name] = run.split('/')
    return (await store.get(container, `${name.join('/')}/${file}`)) ?? expect.fail(`${run} has no ${file}`)
  }

  it('have members that can all be understood', async () => {
    for (const { name, row } of corpus) {
      const result = await readResultTar((await open(name, 'result.tar')).body)
      expect(result, name).toMatchObject({ exitcode: row.exitcode, duration: row.duration, faults: [] })
    }
  })

  it('hold the artifacts that GNU tar finds in them', async () => {
    for (const { name, row } of corpus) {
      const listing = execFileSync('tar', ['-tzf', join(folder, name, 'artifacts.tar.gz')], {
        encoding: 'utf8',
      })
      const expected = listing.split('\n').filter(line => line !== '' && !line.endsWith('/'))
      const { files, fault } = await listArtifacts((await open(name, 'artifacts.tar.gz')).body)
      expect(fault).toBeUndefined()
      expect(files.map(file => file.name)).toEqual(expected.map(line => line.replace(/^\.\//, '')))
      const file = await openArtifact((await open(name, 'artifacts.tar.gz')).body, 'exitcode', 100)
      if (file !== undefined) expect((await text(file.body)).trim()).toBe(String(row.exitcode))
    }
  })
})
