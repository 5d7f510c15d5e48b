/** The channel on which changes of derived data are announced. */
export const CHANGES = 'autopkgtest_derived'
