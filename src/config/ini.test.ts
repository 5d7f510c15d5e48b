import { describe, expect, it } from 'vitest'
import { fc } from '../../test/fuzz.ts'
import { parseIni } from './ini.ts'

/** The contents of the file, without line numbers. */
const pairs = (text: string) => parseIni(text).entries.map(e => [e.section, e.key, e.value])

describe('the INI dialect of configparser', () => {
  it('takes = and : as the delimiter, whichever comes first', () => {
    expect(pairs('[web]\na = b:c\nd: e=f\ng=\n')).toEqual([
      ['web', 'a', 'b:c'],
      ['web', 'd', 'e=f'],
      ['web', 'g', ''],
    ])
  })

  it('keeps the line of every key', () => {
    expect(parseIni('# top\n[web]\n\na = 1\n; note\nb = 2\n').entries.map(e => e.line)).toEqual([4, 6])
  })

  it('goes on with deeper indented lines, over comments and blank ones', () => {
    expect(
      pairs('[web]\nreleases = noble\n  questing\n  # not this\n\n  resolute\narches = amd64\n'),
    ).toEqual([
      ['web', 'releases', 'noble\nquesting\n\nresolute'],
      ['web', 'arches', 'amd64'],
    ])
  })

  it('compares with the indentation of the key, not with the margin', () => {
    expect(pairs('[web]\n  a = 1\n  b = 2\n    more\n')).toEqual([
      ['web', 'a', '1'],
      ['web', 'b', '2\nmore'],
    ])
  })

  it('leaves a percent sign and marks of comments inside values alone', () => {
    expect(pairs('[amqp]\nuri = amqp://u:p%40s#;x@h # y\n')).toEqual([
      ['amqp', 'uri', 'amqp://u:p%40s#;x@h # y'],
    ])
  })

  it('lowers keys but not sections', () => {
    expect(pairs('[Web]\nListen = x\n')).toEqual([['Web', 'listen', 'x']])
  })

  it('reads files with a byte order mark and with the line ends of other systems', () => {
    expect(pairs('\uFEFF[web]\r\na = 1\rb = 2\r\n')).toEqual([
      ['web', 'a', '1'],
      ['web', 'b', '2'],
    ])
  })

  it('reports every line that it cannot read, and goes on', () => {
    const { entries, problems } = parseIni('lost = 1\n[web]\nnonsense\na = 1\n= 2\na = 3\n')
    expect(entries.map(e => e.value)).toEqual(['1', '3'])
    expect(problems).toEqual([
      { line: 1, message: 'comes before the first [section]' },
      { line: 3, message: expect.stringContaining('neither') },
      { line: 5, message: expect.stringContaining('neither') },
      { line: 6, message: '[web] a: was already set on line 4' },
    ])
  })

  it('never quotes what it cannot read', () => {
    expect(JSON.stringify(parseIni('[amqp]\nhunter2\n').problems)).not.toContain('hunter2')
  })
})

describe('any file', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/)
  const word = fc.stringMatching(/^[!-~]{1,12}$/).filter(w => !/^[#;[]/.test(w))
  const file = fc.uniqueArray(
    fc.record({
      section: name,
      keys: fc.uniqueArray(fc.tuple(name, fc.array(word, { maxLength: 4 })), { selector: k => k[0] }),
    }),
    { selector: s => s.section, maxLength: 5 },
  )

  it('reads back what was written, with the lines on which it stands', () => {
    fc.assert(
      fc.property(
        file,
        fc.constantFrom(' = ', ': ', '=', ' : '),
        fc.boolean(),
        (sections, delimiter, notes) => {
          const lines: string[] = []
          const expected = sections.flatMap(({ section, keys }) => {
            lines.push(`[${section}]`)
            return keys.map(([key, words]) => {
              if (notes) lines.push('', '# key = value')
              lines.push(`${key}${delimiter}${words[0] ?? ''}`)
              const line = lines.length
              for (const more of words.slice(1)) lines.push(`\t${more}`)
              return { section, key, value: words.join('\n'), line }
            })
          })
          const read = parseIni(lines.join('\n'))
          expect(read.problems).toEqual([])
          // a comment before the next key leaves blank lines, which are not part of a value
          expect(read.entries).toEqual(expected)
        },
      ),
    )
  })

  it('is read without an exception, and every line is an entry, a continuation or a problem', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), text => {
        const { entries, problems } = parseIni(text)
        const lines = text.split(/\r\n|\n|\r/).length
        expect([...entries, ...problems].every(({ line }) => line <= lines)).toBe(true)
      }),
    )
  })
})
