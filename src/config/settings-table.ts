import type { Basis, Setting } from './setting.ts'
import { SETTINGS, type SectionName } from './settings.ts'

/** The values of a deployed site, as in the documentation. */
const DOCUMENTED: Basis = {
  dataDir: 'DATA_DIR',
  sample: false,
  world: false,
  deployed: true,
  loopback: false,
}

/** The default of a key for readers: its text, or the behaviour if it is missing. */
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

/** All sections except that of the worker, which has its own table. */
export const SITE_SECTIONS = (Object.keys(SETTINGS) as SectionName[]).filter(name => name !== 'worker')
