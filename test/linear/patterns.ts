import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A regular expression that stands in our sources. */
export interface Pattern {
  /** `src/file.ts:12`, for messages. */
  readonly where: string
  readonly regex: RegExp
}

/** Every regular expression of the program that is written as such, in the order of files; each once. */
export function patternsOf(folder: string): Pattern[] {
  const found = new Map<string, Pattern>()
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.ts$/.test(name) && !/\.test\.ts$/.test(name))
    .sort()
  for (const name of files) {
    const path = join(folder, name)
    const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node) && !found.has(node.text)) {
        const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
        found.set(node.text, { where: `${path}:${line}`, regex: regexOf(node.text) })
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  return [...found.values()]
}

function regexOf(literal: string): RegExp {
  const end = literal.lastIndexOf('/')
  return new RegExp(literal.slice(1, end), literal.slice(end + 1))
}
