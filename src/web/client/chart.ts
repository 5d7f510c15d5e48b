/**
 * Says the exact values of a chart in a line below it: of what is pointed at, or, while it has the focus, of what the
 * arrow keys go to. Without script each stretch of time has a tooltip, and there is a table.
 */
export function readCharts(): void {
  for (const chart of document.querySelectorAll<SVGSVGElement>('svg.chart')) readChart(chart)
}

function readChart(chart: SVGSVGElement): void {
  const stretches = [...chart.querySelectorAll('rect')]
  if (stretches.length === 0) return
  const said = document.createElement('p')
  said.className = 'chart-value'
  said.dataset.byScript = ''
  said.setAttribute('role', 'status')
  chart.after(said)
  chart.setAttribute('tabindex', '0')
  chart.setAttribute('aria-keyshortcuts', 'ArrowLeft ArrowRight Home End')

  let place = -1
  const show = (next: number): void => {
    stretches[place]?.classList.remove('read')
    place = next
    const stretch = stretches[place]
    stretch?.classList.add('read')
    said.textContent = stretch?.querySelector('title')?.textContent?.replaceAll('\n', ' · ') ?? ''
  }
  const last = stretches.length - 1
  chart.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const to: Record<string, number> = {
      ArrowLeft: place < 0 ? last : Math.max(0, place - 1),
      ArrowRight: Math.min(last, place + 1),
      Home: 0,
      End: last,
    }
    const next = to[event.key]
    if (next === undefined) return
    event.preventDefault()
    show(next)
  })
  for (const [at, stretch] of stretches.entries()) stretch.addEventListener('pointerenter', () => show(at))
  chart.addEventListener('pointerleave', () => document.activeElement !== chart && show(-1))
  chart.addEventListener('blur', () => show(-1))
}
