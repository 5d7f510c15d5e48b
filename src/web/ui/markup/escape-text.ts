const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Text between tags, with its quotation marks as they are. Never for an attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, special => ENTITIES[special] as string)
}
