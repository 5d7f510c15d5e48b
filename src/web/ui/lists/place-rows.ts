import { escapedAlready, type Markup } from '../markup/markup.ts'

/** How rows get into a table: as they are made, or in pieces later, where there may be very many. */
export type PlaceRows = <Row>(rows: readonly Row[], one: (row: Row) => Markup) => Markup

/** All of them, made now. */
export const atOnce: PlaceRows = (rows, one) => escapedAlready(rows.map(one).join(''))
