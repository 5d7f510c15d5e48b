import { BadInput } from '../../../domain/errors.ts'

/** A database that is on one of several servers, with addresses in the order in which they are tried. */
export interface PostgresAddress {
  /** One URL for each server, in a form that the driver reads. */
  readonly urls: readonly string[]
  /** The same without user, password and options, for messages. */
  readonly names: readonly string[]
}

const URL_FORM = /^(postgres(?:ql)?:\/\/)([^@/?#]*@)?([^/?#]*)(\/[^?#]*)?(\?[^#]*)?$/

/**
 * Reads `postgres://user@host1:5432,host2/database?option=…` as libpq does
 * (https://www.postgresql.org/docs/current/libpq-connect.html, "Specifying Multiple Hosts"). The server that
 * is used always accepts writes, so `target_session_attrs` has no effect.
 */
export function parsePostgresUrl(url: string): PostgresAddress {
  const found = URL_FORM.exec(url)
  if (found === null) throw new BadInput('the database must be postgres://USER@HOST[:PORT][,HOST…]/DATABASE')
  const [, scheme = '', user = '', hosts = '', database = '/', query = ''] = found
  const options = new URLSearchParams(query)
  options.delete('target_session_attrs')
  const rest = options.size > 0 ? `?${options}` : ''
  const list = hosts.split(',')
  return {
    urls: list.map(host => `${scheme}${user}${host}${database}${rest}`),
    names: list.map(host => `${host || 'local socket'}${database}`),
  }
}
