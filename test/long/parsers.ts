import { parseIni } from '../../src/config/ini.ts'
import { parseLogHead } from '../../src/contracts/files/log/log-head.ts'
import { parseRemovedRequest } from '../../src/contracts/messages/removed-request.ts'
import { parseTestRequest, showTestRequest } from '../../src/contracts/messages/test-request.ts'
import { formatAlert, isInForce, parseAlertDate, parseAlerts } from '../../src/domain/alert.ts'
import { withoutEscapes } from '../../src/domain/log/log-escapes.ts'
import { LogIndexer } from '../../src/domain/log/log-sections.ts'
import { logtail, TAIL_BYTES } from '../../src/domain/log/logtail.ts'
import { noteLinks, notePieces } from '../../src/domain/note/note-links.ts'
import { parseQueueName } from '../../src/domain/queue/queue-name.ts'
import { readersInFile, readReaders } from '../../src/domain/request/readable-by.ts'
import { checkValues, readRequestForm } from '../../src/domain/request/request-form.ts'
import { readRequestParams, splitRequestBody } from '../../src/domain/request/request-params.ts'
import { parseRunDirectory } from '../../src/domain/run/container.ts'
import { humanDate, isRunId, runIdTime } from '../../src/domain/run/run-id.ts'
import { parseSummary } from '../../src/domain/run/subtest.ts'
import { compareTestbeds, parseTestbedPackages } from '../../src/domain/testbed/testbed-packages.ts'
import { parseVirtServer } from '../../src/domain/testbed/virt-server.ts'
import { parseTrigger, splitTriggers } from '../../src/domain/trigger/trigger.ts'
import { readTestedVersion } from '../../src/domain/version/tested-version.ts'
import { compareVersions } from '../../src/domain/version/version-order.ts'
import { readRange } from '../../src/web/http/conditional.ts'
import { readTarget, routedPath, sameQuery } from '../../src/web/http/request-target.ts'
import { LineHtml } from '../../src/web/pages/logs/log/line-text.ts'
import { parsePpa } from '../../src/worker/run/ppa.ts'

/** Everything that reads a text from outside and answers at once. */
export const PARSERS: Readonly<Record<string, (input: string) => unknown>> = {
  'a request': input => {
    const parsed = parseTestRequest(Buffer.from(input))
    return parsed.ok ? showTestRequest(parsed.request) : parsed.reason
  },
  'the body of a request': input => readRequestParams(splitRequestBody(input)?.params ?? {}),
  'a queue': parseQueueName,
  'a run id': input => [isRunId(input), runIdTime(input), humanDate(input)],
  'the directory of a run': parseRunDirectory,
  triggers: input => splitTriggers(input).map(parseTrigger),
  versions: input => compareVersions(input, `${input}0`),
  'a summary': parseSummary,
  'testbed packages': input => compareTestbeds(parseTestbedPackages(input).packages, new Map()),
  'the head of a log': parseLogHead,
  alerts: input => parseAlerts(input).map(alert => [formatAlert(alert), isInForce(alert, new Date(0))]),
  'a configuration': parseIni,
  'a virtualisation server': parseVirtServer,
  'a removed request': parseRemovedRequest,
  'who may read': input => [readReaders(input), readersInFile(input)],
  'a log': input => {
    const indexer = new LogIndexer()
    indexer.push(Buffer.from(input))
    return indexer.end()
  },
  'a line of a log': input => [withoutEscapes(input), new LineHtml().line(input)],
  'the tail of a log': input => logtail(Buffer.from(input), Buffer.from(input).subarray(-TAIL_BYTES)),
  'the date of an alert': parseAlertDate,
  'a tested version': readTestedVersion,
  ranges: input => readRange(`bytes=${input}`),
  'a PPA': parsePpa,
  'a note': input => [noteLinks(`http://h/(${input}`), notePieces(input)],
  'an address': input => {
    const url = `http://h/${input}`
    return [readTarget(url, ['q']), routedPath(url), sameQuery(url)]
  },
  'a request form': input => {
    const query = new URLSearchParams(input.includes('=') ? input : `package=${input}`)
    const form = readRequestForm(query, 'https://autopkgtest.example')
    return 'status' in form ? form : checkValues(query, form)
  },
}
