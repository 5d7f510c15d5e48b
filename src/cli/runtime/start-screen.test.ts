import { describe, expect, it } from 'vitest'
import { readConfig } from '../../config/read-config.ts'
import { startScreen } from './start-screen.ts'

function aScreen(env: Record<string, string> = {}) {
  const { config } = readConfig({ env: { HOME: '/nonexistent', ...env }, dataDir: '/srv/look' })
  if (config === undefined) throw new Error('the default configuration is broken')
  const written: string[] = []
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0
  return { written, screen: startScreen({ isTTY: true, columns: 80, write } as never, config) }
}

describe('what a person at a terminal is told of a start', () => {
  it('is five lines: where it is, what it shows, where the data are, who signs in, and how to end it', () => {
    const { written, screen } = aScreen()
    screen.listens('http://127.0.0.1:8080/')
    const lines = (written.at(-1) as string).trimEnd().split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toContain('http://127.0.0.1:8080/')
    expect(lines[1]).toMatch(/made-up sample data/)
    expect(lines[2]).toContain('/srv/look')
    expect(lines[3]).toContain('alice, bob')
    expect(lines[4]).toContain('Ctrl-C')
    for (const line of lines) expect(line.length).toBeLessThan(100)
  })

  it('calls the data of a service by what names it', () => {
    const { written, screen } = aScreen({ AUTOPKGTEST_WEB_SAMPLE_WORLD: 'no' })
    screen.listens('http://127.0.0.1:8080/')
    expect(written.at(-1)).toMatch(/a few real results/)
    const storage = aScreen({ AUTOPKGTEST_STORAGE_URI: 'file:/srv/store', AUTOPKGTEST_WEB_RELEASES: 'noble' })
    storage.screen.listens('http://127.0.0.1:8080/')
    expect(storage.written.at(-1)).toMatch(/what the environment names/)
    expect(storage.written.at(-1)).not.toMatch(/sample|delete/)
  })

  it('draws how much is there, and takes the bar away when all is', () => {
    const { written, screen } = aScreen()
    screen.filled({ done: 12_000, total: 24_000, what: 'made-up runs' })
    expect(written.at(-1)).toContain('[############............] 12,000 of 24,000 made-up runs')
    screen.filled({ done: 24_000, total: 24_000, what: 'made-up runs' })
    expect(written.at(-1)).toBe('\r\x1b[K')
  })
})
