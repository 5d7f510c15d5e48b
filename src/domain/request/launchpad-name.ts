/**
 * Names of people, teams and PPAs on Launchpad (`valid_name` in its sources): lower case, beginning with a
 * letter or digit. A text, for use in a larger pattern.
 */
export const LAUNCHPAD_NAME = '[a-z0-9][a-z0-9.+-]{0,99}'

const NAME = new RegExp(`^${LAUNCHPAD_NAME}$`)

/** Whether this can be the name of a person or team on Launchpad. */
export const isLaunchpadName = (name: string): boolean => NAME.test(name)
