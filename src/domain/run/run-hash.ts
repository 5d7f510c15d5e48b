import { pythonStr } from '../text/python-text.ts'

/**
 * The key under which `running.json` tells runs of one test apart: `name_value;` for each parameter in the order
 * of their names. Opaque to clients, but `all-proposed_1` and `build-git` are looked for in it.
 */
export function runHash(params: Readonly<Record<string, unknown>>): string {
  return Object.keys(params)
    .sort()
    .map(name => `${name}_${pythonStr(params[name])};`)
    .join('')
}
