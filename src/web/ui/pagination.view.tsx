/** Ways to the pages before and after; one that does not exist is left out. */
export function Pagination({
  newest,
  newer,
  older,
}: {
  readonly newest?: string | undefined
  readonly newer?: string | undefined
  readonly older?: string | undefined
}) {
  if (newer === undefined && older === undefined) return null
  return (
    <nav class="pages" aria-label="Pages">
      {newest !== undefined && <a href={newest}>Newest</a>}
      {newer !== undefined && (
        <a href={newer} rel="prev">
          Newer
        </a>
      )}
      {older !== undefined && (
        <a href={older} rel="next">
          Older
        </a>
      )}
    </nav>
  )
}
