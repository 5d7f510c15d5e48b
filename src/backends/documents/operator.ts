import { parseExcuses } from '../../contracts/files/excuses.ts'
import { parsePackageList } from '../../contracts/files/package-list.ts'
import { parseTeams } from '../../contracts/files/teams.ts'
import { Unavailable } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'
import type { Documents } from './documents.ts'
import { type KeepOptions, keptDocument } from './kept-document.ts'
import { wholeText } from './read-document.ts'

/** The sources of the documents: paths or addresses. */
export interface DocumentSources {
  readonly teams: string | undefined
  readonly packageLists: ReadonlyMap<string, string>
  readonly excuses: string | undefined
}

const HOUR_MS = 3_600_000
/** Ubuntu's teams have some 300 KB. */
const LIST_BYTES = 16 * 1024 * 1024
/** Britney runs every few minutes, and Ubuntu's excuses have some 30 MB. */
const EXCUSES_EVERY_MS = 5 * 60_000
const EXCUSES_BYTES = 256 * 1024 * 1024

/** The documents that the operator configures. */
export function operatorDocuments(sources: DocumentSources, log: Log): Documents {
  const closing = new AbortController()
  const keep = <T>(name: string, source: string, parse: KeepOptions<T>['parse']) =>
    keptDocument<T>({
      ...{ name, source, parse, log, signal: closing.signal },
      ...{ everyMs: HOUR_MS, mostBytes: LIST_BYTES },
    })
  const teams =
    sources.teams === undefined
      ? undefined
      : keep('[web] teams', sources.teams, async chunks => parseTeams(await wholeText(chunks)))
  const excuses =
    sources.excuses === undefined
      ? undefined
      : keptDocument({
          ...{ name: '[web] excuses_url', source: sources.excuses, log, signal: closing.signal },
          ...{ everyMs: EXCUSES_EVERY_MS, mostBytes: EXCUSES_BYTES, parse: chunks => parseExcuses(chunks) },
        })
  const packageLists = new Map(
    [...sources.packageLists].map(([name, source]) => [
      name,
      keep(`[web] package_lists: ${name}`, source, async chunks => parsePackageList(await wholeText(chunks))),
    ]),
  )
  const byKey = {
    ...{ teams: [teams], excuses_url: [excuses] },
    package_lists: [...packageLists.values()],
  }
  return {
    ...{ teams, excuses, packageLists },
    failures: () =>
      Object.entries(byKey).map(([document, kept]) => ({
        document,
        count: kept.reduce((sum, one) => sum + (one?.failures() ?? 0), 0),
      })),
    async close() {
      closing.abort(new Unavailable('closing'))
    },
  }
}
