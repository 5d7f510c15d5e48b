import { markup } from '../markup/markup.ts'

/**
 * Stands before a form of filters and folds it on a phone, so that the answer comes first; where there is room it is
 * not seen, and the form always is. Works without script: the style hides what follows a folded one.
 */
export const FILTER_FOLD = markup`<details class="filter-fold"><summary>Filter</summary></details>`
