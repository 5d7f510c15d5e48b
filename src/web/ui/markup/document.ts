import { showControls } from './control-characters.ts'

/** What stands before and after a mark in a document, so that what is still being made can be sent in between. */
export function aroundMark(view: { toString(): string }, mark: string): { before: string; after: string } {
  const [before, after] = htmlDocument(view).split(mark)
  return { before: before as string, after: after as string }
}

/** The whole document of a rendered view, in which nothing that a name or text holds acts unseen. */
export function htmlDocument(view: { toString(): string }): string {
  return `<!doctype html>\n${showControls(String(view))}`
}
