/** What became of a test between two moments, in the order in which people ask for it. */
export const TEST_CHANGES = ['newly failing', 'mended', 'still failing', 'appeared', 'gone'] as const

/**
 * It passed (or had nothing to test) and fails; it failed and passes; it failed and fails; it had no result and has one; it
 * had one and has none.
 */
export type TestChange = (typeof TEST_CHANGES)[number]
