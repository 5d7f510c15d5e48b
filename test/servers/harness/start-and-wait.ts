/**
 * A program that starts the servers named on its command line, says `ready`, and waits to be interrupted: for the
 * tests of what is left of its servers then.
 */
import { startPostgres } from './postgres.ts'
import { startRabbitmq } from './rabbitmq.ts'
import { startSwift } from './swift.ts'

const starters = { postgres: startPostgres, rabbitmq: startRabbitmq, swift: startSwift }
const names = process.argv.slice(2) as (keyof typeof starters)[]
await Promise.all(names.map(name => starters[name]()))
console.log('ready')
setInterval(() => {}, 60_000)
