/** The change of a test between two moments, in the order in which they are offered. */
export const TEST_CHANGES = ['newly failing', 'mended', 'still failing', 'appeared', 'gone'] as const

/**
 * In order: it passed (or had nothing to test) and now fails; it failed and now passes; it failed and still
 * fails; it had no result and now has one; it had one and now has none.
 */
export type TestChange = (typeof TEST_CHANGES)[number]
