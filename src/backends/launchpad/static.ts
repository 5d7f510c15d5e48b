import type { Launchpad } from './launchpad.ts'

/**
 * Fixed answers, for a private service: every source and PPA counts as published, in `main`, the uploaders
 * may request anything, there are no teams and no credentials.
 */
export function staticLaunchpad({ uploaders }: { uploaders: readonly string[] }): Launchpad {
  return {
    isPublished: async () => ({ component: 'main' }),
    isPublishedInPpa: async () => true,
    ppaExists: async () => true,
    mayUpload: async nickname => uploaders.includes(nickname),
    isMember: async () => false,
    isParticipant: async (nickname, entity) => nickname === entity,
    whoIs: async () => undefined,
    close: async () => {},
  }
}
