import { runCommandLine } from './runtime/command-line.ts'

const status = await runCommandLine(process.argv.slice(2))
// An uncaught error has already set the status to 1
process.exitCode ||= status
