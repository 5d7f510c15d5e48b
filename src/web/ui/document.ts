import { showControls } from './control-characters.ts'

/** The whole document of a rendered view, in which nothing that a name or text holds acts unseen. */
export function htmlDocument(view: { toString(): string }): string {
  return `<!doctype html>\n${showControls(String(view))}`
}
