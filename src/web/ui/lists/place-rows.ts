import { escapedAlready, type Markup } from '../markup/markup.ts'

/** How rows get into a table: as they are made, or in pieces later, where there may be very many. */
export type PlaceRows = <Row>(rows: readonly Row[], one: (row: Row) => Markup) => Markup

/** All of them, made now. */
export const atOnce: PlaceRows = (rows, one) => {
  // Joining copies each row twice before all of it is copied once more; this is put in one piece at the end
  let html = ''
  for (const row of rows) html += one(row).html
  return escapedAlready(html)
}
