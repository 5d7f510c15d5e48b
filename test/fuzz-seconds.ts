/** How long each property is tried, by hand: `FUZZ_SECONDS=…`. Undefined: as many cases as the property says. */
export const FUZZ_SECONDS =
  process.env.FUZZ_SECONDS === undefined ? undefined : Number(process.env.FUZZ_SECONDS)
