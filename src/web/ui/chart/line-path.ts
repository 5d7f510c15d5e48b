import { short } from './scale.ts'

/** A place of a drawing, or that nothing is known there. */
export type Point = readonly [x: number, y: number] | undefined

/** An SVG path through places; where nothing is known there is a gap, and a place alone is a dot. */
export function linePath(places: readonly Point[]): string {
  let path = ''
  let isOpen = false
  for (const [index, place] of places.entries()) {
    if (place === undefined) {
      isOpen = false
      continue
    }
    const [x, y] = place.map(short) as [string, string]
    path += isOpen ? `L${x} ${y}` : `M${x} ${y}`
    if (!isOpen && places[index + 1] === undefined) path += 'h0'
    isOpen = true
  }
  return path
}
