// The completions that bash offers after `autopkgtest-web`, derived from the command line itself.
import type { Command } from 'commander'

const quoted = (words: readonly string[]): string => `'${words.join(' ').replaceAll("'", '')}'`

/** `path → what may follow`, for a command and its subcommands. */
function tables(command: Command, path: readonly string[]): string[] {
  const options = command.options.flatMap(({ long }) => long ?? [])
  const choices = command.registeredArguments.flatMap(one => one.argChoices ?? [])
  const words = [...command.commands.map(one => one.name()), ...choices, ...options, '--help']
  return [
    `    [${quoted(path)}]=${quoted(words)}`,
    ...command.commands.flatMap(one => tables(one, [...path, one.name()])),
  ]
}

export function bashCompletion(program: Command): string {
  const name = program.name()
  return `# bash completion for ${name}
_autopkgtest_web() {
  local -A follows=(
${tables(program, ['-']).join('\n')}
  )
  local path='-' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ -n \${follows["$path $word"]} ]] && path="$path $word"
  done
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  case $before in --config | --data-dir) mapfile -t COMPREPLY < <(compgen -f -- "$current") && return ;; esac
  mapfile -t COMPREPLY < <(compgen -W "\${follows[$path]}" -- "$current")
}
complete -o filenames -F _autopkgtest_web ${name}
`
}
