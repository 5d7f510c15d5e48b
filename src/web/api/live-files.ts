import type { Answer, Page } from '../handlers/page.ts'

/** A live file as its daemon wrote it, with the headers of the reference's static files. */
function file(bytes: Uint8Array, name: string, at: Date | undefined): Answer {
  return {
    status: 200,
    contentType: 'application/json',
    body: bytes,
    cache: 'minute',
    headers: {
      'content-disposition': `inline; filename=${name}`,
      ...(at === undefined ? {} : { 'last-modified': at.toUTCString() }),
    },
  }
}

/** `/static/running.json`; `{}` while nothing is running or no worker has reported yet. */
export const runningFile: Page<'runningJson'> = {
  from: ['running'],
  render(_request, { snapshots }) {
    const { bytes, at } = snapshots.running.current()
    return file(bytes.byteLength > 0 ? bytes : Buffer.from('{}'), 'running.json', at)
  },
}

/** `/queued.json`: the queue file itself. */
export const queuedFile: Page<'queuedJson'> = {
  from: ['queued'],
  render(_request, { snapshots }) {
    const { bytes, at, value } = snapshots.queued.current()
    return file(bytes.byteLength > 0 ? bytes : Buffer.from(JSON.stringify(value)), 'queued.json', at)
  },
}
