import { short } from './scale.ts'

/** A place of a drawing, or that nothing is known there. */
export type Point = readonly [x: number, y: number] | undefined

/**
 * SVG paths through places: the line, with a gap where nothing is known, and the dots of places that stand alone, which
 * want a wider stroke to be seen.
 */
export function linePath(places: readonly Point[]): { line: string; dots: string } {
  let [line, dots] = ['', '']
  for (const [index, place] of places.entries()) {
    if (place === undefined) continue
    const [x, y] = place.map(short) as [string, string]
    const [follows, goesOn] = [places[index - 1] !== undefined, places[index + 1] !== undefined]
    if (follows || goesOn) line += `${follows ? 'L' : 'M'}${x} ${y}`
    else dots += `M${x} ${y}h0`
  }
  return { line, dots }
}
