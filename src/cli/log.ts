import type { Command } from 'commander'
import { messageOf } from '../domain/errors.ts'
import { withoutEscapes } from '../domain/log-escapes.ts'
import type { LogIndex } from '../domain/log-index.ts'
import { type CommonOptions, describeCommand, describeGroup, Reported } from './command.ts'
import { indexLogFile } from './log-files.ts'

interface Options extends CommonOptions {
  readonly json?: true
}

/** Writes what was found in a log: an object on one line, or text. */
type Print = (file: string, index: LogIndex) => string

/**
 * Reads the files one after the other and prints something of each. What is wrong with one is said on stderr and
 * keeps no other from being read.
 */
async function eachFile(files: readonly string[], print: Print): Promise<void> {
  let failed = false
  for (const file of files) {
    try {
      const { index, fault } = await indexLogFile(file)
      process.stdout.write(print(file, index))
      if (fault === undefined) continue
      process.stderr.write(`autopkgtest-web: ${file}: this is not the whole log: ${fault}\n`)
    } catch (error) {
      process.stderr.write(`autopkgtest-web: ${messageOf(error)}\n`)
    }
    failed = true
  }
  if (failed) throw new Reported()
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
    summary: 'Say what is found in logs of one’s own.',
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
      .option('--json', 'print one JSON object a file, each on a line')
      .action((files: string[], options: Options) =>
        eachFile(files, options.json ? sectionsObject : sectionsText),
      ),
  )
  return group
}
