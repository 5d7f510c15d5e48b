// Runs a test that takes a minute in CI for a longer time: npm run torture -- --minutes 30 [--seed N]
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now()) },
  },
})
const [name] = positionals
if (!(Number(values.minutes) > 0)) throw new Error(`--minutes: "${values.minutes}" is no number of minutes`)
process.stdout.write(`for ${values.minutes} minutes, with --seed ${values.seed}\n`)
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'servers', `test/e2e/${name}.test.ts`], {
  stdio: 'inherit',
  env: { ...process.env, LONG_TEST_MINUTES: values.minutes, LONG_TEST_SEED: values.seed },
})
process.exit(status ?? 1)
