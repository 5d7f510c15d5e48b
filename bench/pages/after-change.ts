import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, type Asked, openAsker, summed } from '../lib/asking.ts'
import type { Kind } from './addresses.ts'
import type { Site } from './site.ts'

type Tree = { [key: string]: Tree | string[] | number | string }

/** Replaces a live file by one with different contents, which show on every page that is made from it. */
function change(file: string): void {
  const value = JSON.parse(readFileSync(file, 'utf8')) as Tree
  if (!changeFirst((value.queues as Tree | undefined) ?? value)) throw new Error(`${file}: nothing to change`)
  writeFileSync(`${file}.new`, JSON.stringify(value))
  renameSync(`${file}.new`, file)
}

/** Increments the first number, and adds a line to the list beside it, if there is one. */
function changeFirst(tree: Tree): boolean {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'number') {
      tree[key] = value + 1
      if (Array.isArray(tree.requests)) tree.requests.push('private job')
      return true
    }
    if (typeof value === 'object' && changeFirst(value as Tree)) return true
  }
  return false
}

/** The maximum wait for a file's change, in milliseconds. */
const SEEN_MS = 3000

/**
 * Requests a page with one address after each change of its source file: the measurement is of the first answer that
 * differs from the previous one, including the parsing of the file.
 */
export async function askAfterChanges(site: Site, kind: Kind, times: number): Promise<Asked> {
  const asker = await openAsker(site.url)
  const answers: Answer[] = []
  let { etag } = await asker.get(kind.path)
  for (let time = 0; time < times; time++) {
    change(join(site.data, kind.madeFrom as string))
    const late = Date.now() + SEEN_MS
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, 20))
      const answer = await asker.get(kind.path)
      if (answer.etag !== etag) {
        etag = answer.etag
        answers.push(answer)
        break
      }
      if (Date.now() > late) throw new Error(`${kind.path} did not change with ${kind.madeFrom}`)
    }
  }
  asker.close()
  return summed(answers, answers.reduce((sum, { took }) => sum + took, 0) / 1000)
}
