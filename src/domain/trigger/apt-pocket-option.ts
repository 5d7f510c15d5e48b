import { MIGRATION_REFERENCE } from './trigger.ts'

/** Triggers that do not name a package of the archive. */
const NO_PACKAGE = [MIGRATION_REFERENCE, 'qemu-efi-noacpi/0']

/** What determines which packages of a pocket a test uses. */
export interface PocketNeeds {
  readonly allProposed: boolean
  /** `source/version` each. */
  readonly triggers: readonly string[]
  readonly ppas: readonly unknown[]
}

/**
 * autopkgtest(1), `--apt-pocket`. Only the triggers come from the pocket, so that only they are blamed;
 * everything with all-proposed. With a PPA, which is newer than the archive, nothing does unless requested.
 */
export function pocketOption(needs: PocketNeeds, pocket: string): string[] {
  if (needs.allProposed) return [`--apt-pocket=${pocket}`]
  const sources = needs.ppas.length > 0 ? [] : triggeringSources(needs.triggers)
  return sources.length === 0
    ? []
    : [`--apt-pocket=${pocket}=${sources.map(name => `src:${name}`).join(',')}`]
}

/** The source packages of the archive among the triggers, each once. */
function triggeringSources(triggers: readonly string[]): string[] {
  const ofPackages = triggers.filter(trigger => !NO_PACKAGE.includes(trigger))
  return [...new Set(ofPackages.map(trigger => trigger.slice(0, trigger.indexOf('/'))))]
}
