import { BadInput } from '../../../domain/errors.ts'

/** The address of a RabbitMQ and our user there. */
export interface RabbitmqAddress {
  readonly hostname: string
  readonly port: number
  readonly username: string
  readonly password: string
  readonly vhost: string
  readonly tls: boolean
}

const AMQP_URI =
  /^(?<scheme>amqps?):\/\/(?:(?<user>[^:@/]*)(?::(?<password>.*))?@)?(?<host>\[[0-9a-f:.]+\]|[^:/@[\]?#\s]+)(?::(?<port>\d{1,5}))?(?:\/(?<vhost>[^/?#]*))?$/i

/** Percent-decoded where possible: the reference takes a password literally, other clients decode it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Reads `amqp://user:password@host[:port][/vhost]`, or `amqps:` for TLS. No vhost, or an empty one, is `/`;
 * without a user it is `guest`. Passwords may hold any character, also unescaped ones, as existing
 * configurations have them. A {@link BadInput} never shows the password.
 */
export function parseAmqpUri(uri: string): RabbitmqAddress {
  const parts = AMQP_URI.exec(uri.trim())?.groups
  const tls = parts?.scheme?.toLowerCase() === 'amqps'
  const port = Number(parts?.port ?? (tls ? 5671 : 5672))
  if (parts?.host === undefined || port < 1 || port > 65_535) {
    throw new BadInput('the broker must be given as amqp://USER:PASSWORD@HOST[:PORT][/VHOST]')
  }
  return {
    hostname: parts.host.replace(/^\[|\]$/g, ''),
    port,
    username: decode(parts.user ?? 'guest'),
    password: decode(parts.password ?? (parts.user === undefined ? 'guest' : '')),
    vhost: decode(parts.vhost ?? '') || '/',
    tls,
  }
}
