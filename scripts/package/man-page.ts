// The manual page of the program, from the descriptions in its command line and in the rows of its settings.
import type { Command } from 'commander'
import type { Setting } from '../../src/config/setting.ts'
import { SETTINGS, type SectionName } from '../../src/config/settings.ts'
import { shownDefault } from '../../src/config/settings-table.ts'

/** Text as roff shows it: no line is taken for a request, and dashes stay dashes that can be copied. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .split('\n')
    .map(line => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n')

const bold = (text: string): string => `\\fB${roff(text)}\\fR`

const usageOf = (command: Command, path: readonly string[]): string =>
  [
    bold(path.join(' ')),
    roff(
      command
        .usage()
        .replace(/\[options\] ?/, '')
        .replace('[command]', 'COMMAND'),
    ),
  ]
    .join(' ')
    .trim()

/** The options of a command, except those that all commands have. */
const optionsOf = (command: Command): string[] =>
  command.options
    .filter(({ long }) => long !== '--version')
    .flatMap(({ flags, description }) => ['.TP', bold(flags), roff(description)])

const examplesOf = (command: Command): string[] => {
  const [, examples] = /\nExamples?:\n(.*)$/s.exec(helpAfter(command)) ?? []
  return examples === undefined ? [] : ['.PP', '.nf', roff(examples.trimEnd()), '.fi']
}

/** Help including the text added after it, which commander gives only to its output. */
function helpAfter(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: more => {
      text += more
    },
  })
  command.outputHelp()
  return text
}

function section(command: Command, path: readonly string[]): string[] {
  const own = [...path, command.name()]
  if (command.commands.length > 0) return command.commands.flatMap(one => section(one, own))
  return [
    `.SS ${own.slice(1).join(' ')}`,
    usageOf(command, own),
    '.PP',
    roff(command.description()),
    ...optionsOf(command),
    ...examplesOf(command),
  ]
}

/** Text of the documentation without Markdown. */
const plain = (text: string): string => text.replaceAll('`', '')

/** The keys of a section of the configuration: what each is, and the behaviour if it is missing. */
function keysOf(name: SectionName): string[] {
  const keys = Object.entries<Setting<unknown>>(SETTINGS[name]).flatMap(([key, setting]) => [
    '.TP',
    bold(key),
    roff(plain(`${setting.help} (${shownDefault(setting)})`)),
  ])
  return [`.SS [${name}]`, ...keys]
}

/** @param program the whole command line @param date of the version, as YYYY-MM-DD */
export function manPage(program: Command, version: string, date: string): string {
  const name = program.name()
  return [
    `.TH ${name.toUpperCase().replaceAll('-', '\\-')} 1 ${date} "${name} ${version}"`,
    '.SH NAME',
    `${roff(name)} \\- website of an autopkgtest service, and the daemons behind it`,
    '.SH SYNOPSIS',
    `${bold(name)} ${roff('COMMAND [OPTION]...')}`,
    '.SH DESCRIPTION',
    roff(program.description()),
    'Data goes to standard output, messages to standard error.',
    '.SH COMMANDS',
    ...program.commands.flatMap(command => section(command, [name])),
    '.SH CONFIGURATION',
    'The keys of each section of the configuration file, and in parentheses what is so where one is missing.',
    ...(Object.keys(SETTINGS) as SectionName[]).flatMap(keysOf),
    '.SH EXIT STATUS',
    '0: done; 1: failed, and said why; 2: wrong usage.',
    '.SH FILES',
    '.TP',
    '.I /etc/autopkgtest\\-website/autopkgtest\\-cloud.conf',
    'The configuration.',
    '.TP',
    '.I /etc/autopkgtest\\-website/credentials/',
    'One file for each secret, which systemd hands to the units.',
    '.TP',
    '.I /var/lib/autopkgtest\\-web',
    'All that the service writes.',
    '.SH SEE ALSO',
    '.I /usr/share/doc/autopkgtest\\-web/OPERATING.md',
    '',
  ].join('\n')
}
