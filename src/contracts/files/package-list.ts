import { BadInput } from '../../domain/errors.ts'
import { isPackageName } from '../../domain/test/test.ts'

/** More source packages than any archive has. */
const MOST_PACKAGES = 200_000

/**
 * A list of source packages as people write them: separated by blanks, commas or line breaks; `#` begins a
 * comment. Each is returned once. Throws BadInput, which names the first invalid package, or says that there
 * are more than `most`.
 */
export function parsePackageList(text: string, most = MOST_PACKAGES): string[] {
  const packages = new Set<string>()
  for (const line of text.split('\n')) {
    const [words = ''] = line.split('#', 1)
    for (const word of words.split(/[\s,]+/)) {
      if (word === '') continue
      if (!isPackageName(word))
        throw new BadInput(`“${word.slice(0, 100).toWellFormed()}” is no name of a package.`)
      packages.add(word)
      if (packages.size > most)
        throw new BadInput(`There are more than ${most.toLocaleString('en-GB')} packages in the list.`)
    }
  }
  return [...packages]
}
