import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { addressList, type ClientAddress, clientAddress } from './client-address.ts'

async function addressOf(
  remoteAddress: string,
  trusted: readonly string[],
  forwarded?: string,
): Promise<ClientAddress> {
  const app = new Hono().get('/', c => c.json(clientAddress(c, trusted)))
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const env = { incoming: { socket: { remoteAddress } } }
  return (await (await app.request('/', { headers }, env)).json()) as ClientAddress
}

describe('the address of a client', () => {
  it('is the connection’s, whatever a header claims', async () => {
    expect((await addressOf('192.0.2.1', [], '10.0.0.1')).address).toBe('192.0.2.1')
  })

  it('is the right-most hop that is no trusted proxy', async () => {
    const trusted = ['10.0.0.0/8', '::1']
    expect((await addressOf('10.0.0.1', trusted, '1.1.1.1, 192.0.2.7')).address).toBe('192.0.2.7')
    expect((await addressOf('::1', trusted, '192.0.2.7, 10.2.3.4')).address).toBe('192.0.2.7')
    expect((await addressOf('10.0.0.1', trusted, '6.6.6.6, 192.0.2.7:4711')).address).toBe('192.0.2.7')
  })

  it('is the proxy’s where nothing that can be read stands in the header', async () => {
    expect((await addressOf('10.0.0.1', ['10.0.0.0/8'])).address).toBe('10.0.0.1')
    expect((await addressOf('10.0.0.1', ['10.0.0.0/8'], 'unknown, ')).address).toBe('10.0.0.1')
  })

  it('is IPv4 also when it came in the clothes of IPv6', async () => {
    expect(await addressOf('::ffff:192.0.2.1', [])).toEqual({ address: '192.0.2.1', group: '192.0.2.1' })
  })

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', async (address, group) => {
    expect((await addressOf(address, [])).group).toBe(group)
  })

  it('is unknown without a connection', async () => {
    const app = new Hono().get('/', c => c.json(clientAddress(c, [])))
    expect(await (await app.request('/')).json()).toEqual({ address: 'unknown', group: 'unknown' })
  })
})

describe('a list of addresses', () => {
  it('holds addresses and networks of both families, and skips what it cannot read', () => {
    const list = addressList(['127.0.0.0/8', '::1', 'fd00::/8', 'nonsense'])
    expect(['127.3.2.1', '::1', 'fd12::9'].every(list.has)).toBe(true)
    expect(['128.0.0.1', '::2', 'nonsense', ''].some(list.has)).toBe(false)
  })
})
