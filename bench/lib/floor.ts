import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Load, loadOf } from './wrk.ts'

/** A bare server that sends prepared bytes. */
export interface Floor {
  /** Its rate when it sends this many bytes. */
  load(bytes: number, seconds: number): Promise<Load>
  end(): void
}

export async function startFloor(): Promise<Floor> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../floor.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  const url = `http://127.0.0.1:${port.toString().trim()}`
  return {
    load: (bytes, seconds) => loadOf(`${url}/${bytes}`, { seconds }),
    end: () => void child.kill(),
  }
}
