/** What a form says of a note that is to be left; an address can say it, too, to fill the form in. */
export const NOTE_FIELDS = ['at', 'package', 'release', 'arch', 'run', 'text', 'arches', 'until'] as const
