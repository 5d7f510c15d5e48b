import type { CompiledQuery } from 'kysely'

/** A placeholder in a query for a value that is not known yet. */
class Mark {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * Builds a query when it is first needed; later calls only fill in the values, which takes a seventieth of
 * the time.
 * @param build called with placeholders for the values: they can be used in comparisons and limits, but not
 * inspected
 */
export function builtOnce<Values extends object, Row>(
  build: (marks: Values) => CompiledQuery<Row>,
): (values: Values) => CompiledQuery<Row> {
  let built: CompiledQuery<Row> | undefined
  return values => {
    built ??= build(new Proxy({} as Values, { get: (_, name) => new Mark(String(name)) }))
    const parameters = built.parameters.map(one =>
      one instanceof Mark ? Reflect.get(values, one.name) : one,
    )
    return { ...built, parameters }
  }
}
