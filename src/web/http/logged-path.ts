/** Below these stand names of private runs, and the numbers by which requests are found. */
const HIDING = /^(\/(?:private-results|requests|run)\/)./s

/** The path of a request as it may stand in the log. */
export function loggedPath(path: string): string {
  const shown = HIDING.exec(path)?.[1]
  return shown === undefined ? path : `${shown}…`
}
