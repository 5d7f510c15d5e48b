import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { transcriptFiles } from '../../src/backends/transcripts/files.ts'
import type { Transcripts } from '../../src/backends/transcripts/transcripts.ts'

/** Transcripts in a subfolder of that folder; closed when the test ends. */
export function openTranscriptsIn(folder: string): Transcripts {
  const transcripts = transcriptFiles({ folder: join(folder, 'live-logs') })
  onTestFinished(() => transcripts.close())
  return transcripts
}
