import { pythonStr } from '../text/python-text.ts'

/**
 * The key that distinguishes runs of one test in `running.json`: `name_value;` for each parameter in the
 * order of their names. Opaque to clients, except that they search it for `all-proposed_1` and `build-git`.
 */
export function runHash(params: Readonly<Record<string, unknown>>): string {
  return Object.keys(params)
    .sort()
    .map(name => `${name}_${pythonStr(params[name])};`)
    .join('')
}
