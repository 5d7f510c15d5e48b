/**
 * `npm run check:markup`: checks what the notation of views (`src/web/ui/markup/markup.ts`) does not enforce. No line
 * of a view is too long to read, every element is closed, and there is no second notation.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '..')
const LONGEST_LINE = 120
/** A log is sent while it is read: the end of a section is in another piece than its beginning. */
const STREAMED = 'src/web/pages/logs/log/log-section.view.ts'
const WITHOUT_END = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))

const faults = globSync(['src/web/{pages,ui}/**/*.ts', 'src/web/**/*.view.ts'], { cwd: root })
  .filter(file => !/\.test\.ts$/.test(file))
  .sort()
  .flatMap(file => faultsOf(file, readFileSync(join(root, file), 'utf8')))
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1

/** The problems in a file, as `file:line: problem`. */
function faultsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const long = text.split('\n').flatMap((line, index) => {
    const length = [...line].length
    const allowed = `of at most ${LONGEST_LINE}`
    return length > LONGEST_LINE ? [`${file}:${index + 1}: a line of ${length} characters, ${allowed}`] : []
  })
  const at = (node, what) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
    return `${file}:${line + 1}: ${what}`
  }
  const found = []
  const visit = node => {
    if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) {
      found.push(at(node, 'JSX, where views are written with the template `markup`'))
      return
    }
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(source) === 'markup') {
      const wrong = file === STREAMED ? [] : elementsLeftOpen(htmlOf(node.template, source))
      found.push(...wrong.map(what => at(node, what)))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...long, ...found]
}

/** The text of the template itself, with a placeholder for each value. */
function htmlOf(template, source) {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.getText(source)
  return [template.head, ...template.templateSpans.map(span => span.literal)]
    .map(piece => piece.getText(source))
    .join('?')
}

/** The elements that have no end, or an end and no beginning. */
function elementsLeftOpen(html) {
  const open = []
  const wrong = []
  for (const [tag, end, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:"[^"]*"|[^>"])*>/g)) {
    if (WITHOUT_END.has(name) || tag.endsWith('/>')) continue
    if (end === '') open.push(name)
    else if (open.at(-1) === name) open.pop()
    else wrong.push(`</${name}> where ${open.length === 0 ? 'none is open' : `<${open.at(-1)}> is open`}`)
  }
  return [...wrong, ...open.map(name => `<${name}> is not closed`)]
}
