import fc from 'fast-check'

/** What is tried is the same each time, so that a run can be repeated; another with `FUZZ_SEED=…`. */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? '20261122') })

export { fc }
