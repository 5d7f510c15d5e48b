import { runCommandLine } from './runtime/command-line.ts'

const status = await runCommandLine(process.argv.slice(2))
// A fault that nobody has caught has said 1 already
process.exitCode ||= status
