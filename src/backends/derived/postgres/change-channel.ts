/** The channel on which changes of what is derived are told. */
export const CHANGES = 'autopkgtest_derived'
