import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bashCompletion } from '../../scripts/package/completion.ts'
import { manPage } from '../../scripts/package/man-page.ts'
import { commandLine } from '../../src/cli/runtime/command-line.ts'
import { temporaryFolder } from '../builders/databases.ts'

describe('the manual page', () => {
  it('has every command with its options and examples', async () => {
    const program = await commandLine()
    const page = manPage(program, '1.2.3', '2026-11-30')
    for (const command of program.commands) expect(page).toContain(`.SS ${command.name()}`)
    expect(page).toContain('.SS queue remove')
    expect(page).toContain('\\fB\\-\\-processes <count>\\fR')
    expect(page).toContain('autopkgtest\\-web serve \\-\\-processes auto')
    expect(page.split('\n').filter(line => /^[.'](?!TH|SH|SS|TP|PP|I |nf|fi)/.test(line))).toEqual([])
  })
})

describe('completion for bash', () => {
  async function complete(...words: readonly string[]): Promise<string[]> {
    const folder = temporaryFolder()
    const file = join(folder, 'completion')
    writeFileSync(file, bashCompletion(await commandLine()))
    const reply = '"$'.concat('{COMPREPLY[@]}"')
    const script = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _autopkgtest_web; printf '%s,' ${reply}`
    const { stdout, stderr } = spawnSync('bash', ['-c', script, file, 'autopkgtest-web', ...words], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    return stdout.trim().split(',').filter(Boolean)
  }

  it('offers commands, what is below them, and their options', async () => {
    expect(await complete('se')).toEqual(['serve', 'session-key'])
    expect(await complete('queue', '')).toContain('restore')
    expect(await complete('queue', 'remove', '--du')).toEqual(['--duplicates'])
    expect(await complete('serve', '--listen', '127.0.0.1:1', '--proc')).toEqual(['--processes'])
    expect(await complete('daemon', 'publish')).toEqual(['publish-db'])
  })

  it('runs nothing of what was typed', async () => {
    const ran = join(temporaryFolder(), 'ran')
    await complete('queue', `$(touch ${ran})`, `x[$(touch ${ran})]`, '')
    expect(existsSync(ran)).toBe(false)
  })
})
