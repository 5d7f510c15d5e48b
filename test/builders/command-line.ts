import { vi } from 'vitest'
import { runCommandLine } from '../../src/cli/runtime/command-line.ts'

/** The outcome of a command. */
export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in this process. */
export async function run(...args: string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map(name =>
    vi.spyOn(process[name], 'write').mockImplementation((text, ...rest) => {
      said[name] += String(text)
      const done = rest.find(argument => typeof argument === 'function')
      if (done !== undefined) queueMicrotask(() => done())
      return true
    }),
  )
  try {
    return { status: await runCommandLine(args), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
