const BLOCK = 512

/** One file of a tar. */
export type TarFile = readonly [name: string, text: string]

function header(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100)
  block.write('0000644\0' + '0000000\0' + '0000000\0', 100)
  block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** A tar of small files with short names (POSIX.1-1988, "ustar"), all of the same time. */
export function makeTar(files: readonly TarFile[]): Buffer {
  const parts: Buffer[] = []
  for (const [name, text] of files) {
    const body = Buffer.from(text)
    parts.push(header(name, body.length), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK))
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}
