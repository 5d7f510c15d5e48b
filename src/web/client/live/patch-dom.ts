/** Tells an element from its siblings across two versions of a page. */
const keyOf = (node: Node): string | null =>
  node instanceof Element ? node.id || node.getAttribute('data-key') : null

/** What the reader did to an element, not the server. */
const READERS_OWN = new Set(['open'])
/** What script put there, and the blank before a relative time. */
const isOurs = (node: Node): boolean =>
  node instanceof Element
    ? node.matches('.connection, .ago, .on-demand')
    : node.nodeValue === ' ' && node.nextSibling instanceof Element && node.nextSibling.matches('.ago')

/** Changes one element into another of the same kind, touching only what differs. */
export function patchDom(from: Element, to: Element): void {
  for (const { name, value } of to.attributes) {
    if (!READERS_OWN.has(name) && from.getAttribute(name) !== value) from.setAttribute(name, value)
  }
  for (const { name } of [...from.attributes]) {
    if (!READERS_OWN.has(name) && name !== 'class' && !to.hasAttribute(name)) from.removeAttribute(name)
  }
  patchChildren(from, to)
}

function patchChildren(from: Element, to: Element): void {
  const keyed = new Map<string, ChildNode>()
  for (const child of from.childNodes) {
    const key = keyOf(child)
    if (key) keyed.set(key, child)
  }
  let cursor = skipOurs(from.firstChild)
  for (const child of [...to.childNodes]) {
    const key = keyOf(child)
    const match = key
      ? keyed.get(key)
      : cursor && !keyOf(cursor) && isAlike(cursor, child)
        ? cursor
        : undefined
    if (match === undefined || !isAlike(match, child)) {
      from.insertBefore(child, cursor)
      continue
    }
    if (match === cursor) cursor = skipOurs(cursor.nextSibling)
    else from.insertBefore(match, cursor)
    if (match instanceof Element) patchDom(match, child as Element)
    else if (match.nodeValue !== child.nodeValue) match.nodeValue = child.nodeValue
  }
  while (cursor !== null) {
    const gone = cursor
    cursor = skipOurs(cursor.nextSibling)
    gone.remove()
  }
}

function skipOurs(node: ChildNode | null): ChildNode | null {
  let next = node
  while (next !== null && isOurs(next)) next = next.nextSibling
  return next
}

const isAlike = (a: Node, b: Node): boolean => a.nodeType === b.nodeType && a.nodeName === b.nodeName
