import { isPackageName, isReleaseName, type TestKey } from '../../domain/test/test.ts'

/** Britney's result of a test for an upload: `PASS`, `REGRESSION`, `RUNNING`, `IGNORE-FAIL` … */
export interface BritneyResult extends TestKey {
  readonly word: string
}

/** The number of characters that are stored for one upload: about 100,000 tests. */
const MOST = 4 * 1024 * 1024

/** Reads the autopkgtest results of one source, line by line, and stores them compactly. */
export interface ExcuseTestsReader {
  /** @param line as in the item, with its keys at the margin */
  add(line: string): void
  /** The text for {@link excuseTests}. */
  end(): string
}

/**
 * `policy_info: {autopkgtest: {PACKAGE/VERSION: {ARCH: [WORD, LOG, HISTORY, …]}}}` in block style, as PyYAML
 * writes it. Only the addresses contain the release; results without one are omitted, and so are invalid
 * package names.
 */
export function excuseTestsReader(): ExcuseTestsReader {
  let isPolicies = false
  let isAutopkgtest = false
  let name: string | undefined
  let test: { readonly arch: string; word: string | undefined; release: string | undefined } | undefined
  const kept: string[] = []
  let length = 0

  const endTest = () => {
    const { arch, word, release } = test ?? {}
    test = undefined
    if (name === undefined || word === undefined || release === undefined || length > MOST) return
    const line = `${release} ${arch} ${name} ${word}\n`
    length += line.length
    kept.push(line)
  }
  const addValue = (value: string) => {
    if (test === undefined) return
    if (test.word === undefined) test.word = /^[A-Z][A-Z-]{0,40}$/.exec(value)?.[0]
    else test.release ??= releaseIn(value, test.arch)
  }

  return {
    add(line) {
      const text = line.trimStart()
      const indent = line.length - text.length
      if (indent === 0) {
        endTest()
        isPolicies = text.startsWith('policy_info:')
        isAutopkgtest = false
      } else if (isPolicies && indent === 2) {
        endTest()
        isAutopkgtest = text.startsWith('autopkgtest:')
      } else if (!isAutopkgtest) {
        return
      } else if (text.startsWith('- ')) {
        addValue(unquoted(text.slice(2)))
      } else if (indent === 4) {
        endTest()
        const [source = ''] = unquoted(keyIn(text)).split('/', 1)
        name = isPackageName(source) ? source : undefined
      } else if (indent === 6) {
        endTest()
        const arch = unquoted(keyIn(text))
        test = isReleaseName(arch) ? { arch, word: undefined, release: undefined } : undefined
      }
    },
    end() {
      endTest()
      return kept.join('')
    },
  }
}

const keyIn = (text: string): string => text.slice(0, Math.max(text.indexOf(':'), 0))

const unquoted = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, '$2')

/**
 * The release in `…/packages/h/hello/RELEASE/ARCH`, `…/RELEASE/ARCH/h/hello/RUN/log.gz`, or
 * `…?release=RELEASE&…`.
 */
function releaseIn(address: string, arch: string): string | undefined {
  const parts = address.split(/[/?#]/)
  const place = parts.indexOf(arch)
  const release = /[?&]release=([^&#]{1,40})/.exec(address)?.[1] ?? parts[place - 1]
  return release !== undefined && isReleaseName(release) ? release : undefined
}

/** The results that were stored for an upload. */
export function excuseTests(kept: string): BritneyResult[] {
  return kept
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [release = '', arch = '', name = '', word = ''] = line.split(' ')
      return { release, arch, package: name, word }
    })
}
