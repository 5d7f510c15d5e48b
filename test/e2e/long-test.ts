/** How long a test under load lasts: a minute in CI, `npm run NAME -- --minutes N` by hand. */
export const MINUTES = Number(process.env.LONG_TEST_MINUTES ?? '1')
/** Of what is random in it. */
export const SEED = Number(process.env.LONG_TEST_SEED ?? '20261122')
