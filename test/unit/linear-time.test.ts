import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseIni } from '../../src/config/ini.ts'
import { parseLogHead } from '../../src/contracts/files/log/log-head.ts'
import { formatAlert, parseAlerts } from '../../src/domain/alert.ts'
import { LogIndexer } from '../../src/domain/log/log-sections.ts'
import { isStatusesUrl } from '../../src/domain/request/github-status.ts'
import { splitRequestBody } from '../../src/domain/request/request-params.ts'
import { maskCredentials } from '../../src/domain/request/request-redaction.ts'
import { parseSubtestLine, parseSummary } from '../../src/domain/run/subtest.ts'
import { parseTestbedPackages } from '../../src/domain/testbed/testbed-packages.ts'
import { parseVirtServer } from '../../src/domain/testbed/virt-server.ts'
import { withoutTrailingSlashes } from '../../src/domain/text/trailing-slashes.ts'
import { splitTriggers } from '../../src/domain/trigger/trigger.ts'
import { compareVersions } from '../../src/domain/version/version-order.ts'
import { readRange } from '../../src/web/http/conditional.ts'
import { LineHtml } from '../../src/web/pages/logs/log/line-text.ts'
import { readPaging } from '../../src/web/parameters/paging.ts'
import { parsePpa } from '../../src/worker/run/ppa.ts'
import { isSteep } from '../linear/growth.ts'
import { type Hostile, hostileTo, repeated } from '../linear/hostile-texts.ts'
import { patternsOf } from '../linear/patterns.ts'

const patterns = patternsOf(join(import.meta.dirname, '../../src'))

describe('every regular expression of the program', () => {
  it.each(
    patterns.map(one => [`${one.where.slice(one.where.indexOf('src/'))} ${one.regex}`, one.regex] as const),
  )('%s takes no more than its share longer for a longer text', (_, regex) => {
    // As with replace and matchAll: every place where it could begin is tried
    const run = (text: string) => {
      regex.lastIndex = 0
      return regex.global ? text.replace(regex, '') : regex.test(text)
    }
    // One is enough, and what is steep takes long
    const steep = hostileTo(regex.source).find(({ textOf }) => isSteep(run, textOf))
    expect(steep?.name).toBeUndefined()
  })
})

const OWN = 'autopkgtest [10:11:12]: '
const encoder = new TextEncoder()

/**
 * What reads the texts of strangers, patterns put together at run time included. A new reader is a line here; a regular
 * expression that stands in the sources is found by itself.
 */
const READERS: readonly (readonly [name: string, read: (text: string) => unknown, hostile: Hostile[]])[] = [
  ['a line of a summary', parseSubtestLine, repeated(' ', 'x PASS').concat(repeated('x ', 'x '))],
  ['a summary', parseSummary, [...repeated('x PASS \r'), ...repeated('x PASS\n')]],
  ['a log', indexLog, [...repeated(`${OWN}test `), ...repeated('x ', `${OWN}test x: preparing testbed\n`)]],
  [
    'lines of a log',
    indexLog,
    repeated(`x PASS${' '.repeat(2030)}\rz\n`, `${OWN}test x: preparing testbed\n`),
  ],
  [
    'the head of a log',
    parseLogHead,
    [...repeated(`\r${OWN}host x`), ...repeated(`${OWN}host h; command line: '`)],
  ],
  [
    'a line of a log page',
    (line: string) => new LineHtml().line(line),
    [
      ...repeated('\u001b['),
      ...repeated('\u001b]0;'),
      ...repeated('1;', '\u001b['),
      ...repeated('\u0090x\u009d'),
      ...repeated('http://'),
      ...repeated('https://a/)', '(('),
    ],
  ],
  ['packages of a testbed', parseTestbedPackages, [...repeated('\t'), ...repeated(' ', 'a\t')]],
  ['triggers', splitTriggers, [...repeated(' '), ...repeated('a/1 ')]],
  ['versions', text => compareVersions(text, text), [...repeated('0'), ...repeated('1.'), ...repeated('~')]],
  [
    'an address of statuses',
    isStatusesUrl,
    [...repeated('/a', 'https://a'), ...repeated('/repos/', 'https://a')],
  ],
  ['a file of settings', parseIni, [...repeated(' ', 'a'), ...repeated('a ', '[s]\n'), ...repeated('[')]],
  ['notices', parseAlerts, repeated('since=2026-01-01 ', 'info:[')],
  [
    'the text of a notice',
    message => formatAlert({ level: 'info', message }),
    [...repeated(' '), ...repeated('\n')],
  ],
  ['an address with slashes', withoutTrailingSlashes, [...repeated('/'), ...repeated('/', '/packages/')]],
  [
    'a virtualisation server',
    tried(parseVirtServer),
    [...repeated('"'), ...repeated(' '), ...repeated(`"'`)],
  ],
  ['a PPA', tried(parsePpa), [...repeated('a:'), ...repeated('a/')]],
  ['a request', splitRequestBody, [...repeated(' ', 'a'), ...repeated('a')]],
  [
    'what is hidden of a request',
    text => maskCredentials({ ppas: [text], 'build-git': text }),
    [...repeated('://'), ...repeated('a', '://')],
  ],
  ['a range', readRange, [...repeated('1', 'bytes='), ...repeated('bytes=')]],
  [
    'a number of rows',
    text => readPaging(new URLSearchParams({ limit: text })),
    [...repeated(' '), ...repeated('1')],
  ],
]

describe('reading', () => {
  it.each(READERS)('%s takes no more than its share longer for a longer text', (_, read, hostile) => {
    const steep = hostile.filter(({ textOf }) => isSteep(read, textOf))
    expect(steep.map(({ name }) => name)).toEqual([])
  })
})

function indexLog(text: string): unknown {
  const indexer = new LogIndexer()
  indexer.push(encoder.encode(text))
  return indexer.end()
}

/** What is wrong with a text is an answer as well. */
function tried(read: (text: string) => unknown): (text: string) => unknown {
  return text => {
    try {
      return read(text)
    } catch (error) {
      return error
    }
  }
}

describe('measuring', () => {
  it.each([
    ['what tries each beginning again', /\/+$/],
    ['two repetitions of the same characters', /^x +( *)$/],
    ['a repetition that stops at a separator of lines', /^x +(.*)$/],
  ])('finds %s', (_, regex) => {
    expect(hostileTo(regex.source).some(({ textOf }) => isSteep(text => regex.test(text), textOf))).toBe(true)
  })
})
