import { z } from 'zod'

/** The first line of a dump of the state; one row per line follows. */
const HEAD = { 'autopkgtest-web': 'state' } as const

const row = z.strictObject({
  table: z.string(),
  row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
})

export type StateRow = z.infer<typeof row>

/** The lines of a dump, with their newlines. */
export async function* printStateDump(rows: AsyncIterable<StateRow>): AsyncGenerator<string> {
  yield `${JSON.stringify(HEAD)}\n`
  for await (const one of rows) yield `${JSON.stringify(one)}\n`
}

/** The rows of a dump; throws an Error that gives the number of the first invalid line. */
export async function* parseStateDump(lines: AsyncIterable<string>): AsyncGenerator<StateRow> {
  let number = 0
  for await (const line of lines) {
    number += 1
    if (number === 1) {
      if (line !== JSON.stringify(HEAD)) throw new Error('it is no dump of the state')
    } else {
      yield parseRow(line, number)
    }
  }
  if (number === 0) throw new Error('it is empty')
}

function parseRow(line: string, number: number): StateRow {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new Error(`line ${number} is not JSON`)
  }
  const parsed = row.safeParse(value)
  if (!parsed.success) throw new Error(`line ${number} is no row`)
  return parsed.data
}
