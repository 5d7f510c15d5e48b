import { expect, it } from 'vitest'
import { BadInput } from '../../../domain/errors.ts'
import { parsePostgresUrl } from './url.ts'

it('reads one server, and leaves its options to the driver', () => {
  const url = 'postgres://web:s%40cret@db.example:5433/autopkgtest?sslmode=require'
  expect(parsePostgresUrl(url)).toEqual({ urls: [url], names: ['db.example:5433/autopkgtest'] })
})

it('reads several servers, each with its own port', () => {
  expect(
    parsePostgresUrl('postgresql://web@one,two:5433,[::1]:5434/db?target_session_attrs=read-write'),
  ).toEqual({
    urls: ['postgresql://web@one/db', 'postgresql://web@two:5433/db', 'postgresql://web@[::1]:5434/db'],
    names: ['one/db', 'two:5433/db', '[::1]:5434/db'],
  })
})

it('reads a local socket', () => {
  expect(parsePostgresUrl('postgres:///db?host=/run/postgresql')).toEqual({
    urls: ['postgres:///db?host=%2Frun%2Fpostgresql'],
    names: ['local socket/db'],
  })
})

it('refuses other texts without repeating them, as they may hold a password', () => {
  for (const url of ['mysql://web:hunter2@host/db', 'postgres:web:hunter2@host', '']) {
    expect(() => parsePostgresUrl(url)).toThrow(BadInput)
    expect(() => parsePostgresUrl(url)).not.toThrow(/hunter2/)
  }
})
