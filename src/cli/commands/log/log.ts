import type { Command } from 'commander'
import { messageOf } from '../../../domain/errors.ts'
import { withoutEscapes } from '../../../domain/log/log-escapes.ts'
import type { LogIndex } from '../../../domain/log/log-index.ts'
import { type CommonOptions, describeCommand, describeGroup, Reported } from '../../runtime/command.ts'
import { failuresObject, failuresText, findFailuresIn } from './log-failures.ts'
import { indexLogFile } from './log-files.ts'

interface Options extends CommonOptions {
  readonly json?: true
}

/** Reads a log, and writes what was found in it: an object on one line, or text. */
type Tell = (file: string) => Promise<{ readonly told: string; readonly fault: string | undefined }>

/**
 * Reads the files one after the other and prints something of each. What is wrong with one is said on stderr and
 * keeps no other from being read.
 */
async function eachFile(files: readonly string[], tell: Tell): Promise<void> {
  let failed = false
  for (const file of files) {
    try {
      const { told, fault } = await tell(file)
      process.stdout.write(told)
      if (fault === undefined) continue
      process.stderr.write(`autopkgtest-web: ${file}: incomplete log: ${fault}\n`)
    } catch (error) {
      process.stderr.write(`autopkgtest-web: ${messageOf(error)}\n`)
    }
    failed = true
  }
  if (failed) throw new Reported()
}

async function tellSections(file: string, json: boolean): ReturnType<Tell> {
  const { index, fault } = await indexLogFile(file)
  return { told: json ? sectionsObject(file, index) : sectionsText(file, index), fault }
}

async function tellFailures(file: string, json: boolean): ReturnType<Tell> {
  const found = await findFailuresIn(file)
  return { told: json ? failuresObject(file, found) : failuresText(file, found), fault: found.fault }
}

function sectionsObject(file: string, { sections, errorLine }: LogIndex): string {
  const found = {
    file,
    sections: sections.map(({ kind, name, result, line }) => ({ kind, name, result: result ?? null, line })),
    errorLine: errorLine ?? null,
  }
  return `${JSON.stringify(found)}\n`
}

/** A name from a log does nothing to the terminal of who reads it. */
const shownName = (name: string): string => withoutEscapes(name).replace(/\p{Cc}/gu, '\ufffd')

function sectionsText(file: string, { sections, errorLine }: LogIndex): string {
  const rows = sections.map(({ kind, name, result, line }) =>
    [line, kind, shownName(name), result ?? ''].join('\t').trimEnd(),
  )
  const error = errorLine === undefined ? [] : [`${errorLine}\terror`]
  return [`${file}:`, ...rows, ...error, ''].join('\n')
}

export function logCommand(): Command {
  const group = describeGroup({
    name: 'log',
    summary: 'Analyse log files.',
    examples: ['autopkgtest-web log sections log.gz'],
  })
  group.addCommand(
    describeCommand({
      name: 'sections',
      summary: 'List the sections of logs with their results and first lines, and the line of the error.',
      examples: [
        'autopkgtest-web log sections log.gz',
        'autopkgtest-web log sections --json output/log another/log.gz',
      ],
    })
      .argument('<file...>', 'a log, gzip or plain')
      .option('--json', 'print one JSON object per file, each on a line of its own')
      .action((files: string[], options: Options) =>
        eachFile(files, file => tellSections(file, options.json === true)),
      ),
  )
  group.addCommand(
    describeCommand({
      name: 'failures',
      summary:
        'Print the lines that say why the tests of logs failed, and the signature of the first failure.',
      examples: ['autopkgtest-web log failures log.gz', 'autopkgtest-web log failures --json */log.gz'],
    })
      .argument('<file...>', 'a log, gzip or plain; the files summary and exitcode beside it are also read')
      .option('--json', 'print one JSON object per file, each on a line of its own')
      .action((files: string[], options: Options) =>
        eachFile(files, file => tellFailures(file, options.json === true)),
      ),
  )
  return group
}
