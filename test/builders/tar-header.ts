/** The header of a member of a tar (POSIX ustar): a plain file, or another type. */
export function tarHeader(name: string, octalSize: string, type = '0'): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${octalSize.padStart(11, '0')}\0`, 124)
  header.write('ustar\x0000', 257)
  header.write(type, 156)
  header.fill(' ', 148, 156)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
