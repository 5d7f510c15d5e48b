import { describe, expect, it } from 'vitest'
import { BadInput } from '../../../domain/errors.ts'
import { parseAmqpUri } from './uri.ts'

describe('parseAmqpUri', () => {
  it('reads the form of the reference, with the default port and vhost', () => {
    expect(parseAmqpUri('amqp://autopkgtest:s3cret@10.0.0.7')).toEqual({
      hostname: '10.0.0.7',
      port: 5672,
      username: 'autopkgtest',
      password: 's3cret',
      vhost: '/',
      tls: false,
    })
  })

  it.each([
    ['amqp://u:p@host:5800/%2F', { port: 5800, vhost: '/' }],
    ['amqp://u:p@host/', { vhost: '/' }],
    ['amqp://u:p@host/tests', { vhost: 'tests' }],
    ['amqps://u:p@host', { port: 5671, tls: true }],
    ['amqp://u:p@[::1]:5673', { hostname: '::1', port: 5673 }],
    ['amqp://host', { username: 'guest', password: 'guest' }],
    ['amqp://u@host', { username: 'u', password: '' }],
    ['amqp://u:p%40ss@host', { password: 'p@ss' }],
  ])('reads %s', (uri, expected) => {
    expect(parseAmqpUri(uri)).toMatchObject(expected)
  })

  it.each(['100%', 'a/b', 'a@b:c', 'x#y?z'])('takes the unescaped password %s as it stands', password => {
    expect(parseAmqpUri(`amqp://u:${password}@host:1234/v`)).toMatchObject({
      password,
      hostname: 'host',
      port: 1234,
      vhost: 'v',
    })
  })

  it.each([
    '',
    'host',
    'http://u:hidden@host',
    'amqp://u:hidden@',
    'amqp://u:hidden@host:99999',
    'amqp://u:hidden@host/a/b',
  ])('refuses %s without showing the password', uri => {
    expect(() => parseAmqpUri(uri)).toThrow(BadInput)
    expect(() => parseAmqpUri(uri)).not.toThrow(/hidden/)
  })
})
