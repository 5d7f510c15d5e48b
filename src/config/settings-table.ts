import type { Basis, Setting } from './setting.ts'
import { SETTINGS, type SectionName } from './settings.ts'

/** What a deployed site has, as the documentation writes it. */
const DOCUMENTED: Basis = {
  dataDir: 'DATA_DIR',
  sample: false,
  world: false,
  deployed: true,
  loopback: false,
}

/** The default of a key as a person reads it: its text, or what is so where it is missing. */
export function shownDefault({ preset, absent }: Setting<unknown>): string {
  const text = preset(DOCUMENTED)
  if (absent !== undefined) return absent
  if (text === undefined) return 'must be given'
  return text === '' ? 'none' : `\`${text}\``
}

/** The keys of some sections as a Markdown table, for docs/OPERATING.md. */
export function settingsTable(sections: readonly SectionName[]): string {
  const rows = sections.flatMap(section =>
    Object.entries<Setting<unknown>>(SETTINGS[section]).map(([key, setting], index) => {
      const name = index === 0 ? `\`[${section}] ${key}\`` : `\`${key}\``
      return `| ${name} | ${shownDefault(setting)} | ${setting.help} |`
    }),
  )
  return ['| section and key | default | what it is |', '| --- | --- | --- |', ...rows].join('\n')
}

/** All sections but that of the worker, which is documented by itself. */
export const SITE_SECTIONS = (Object.keys(SETTINGS) as SectionName[]).filter(name => name !== 'worker')
