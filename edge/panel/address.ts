import { BlockList } from 'node:net'

/** Addresses that every machine gives itself: its neighbours on the same Wi-Fi have others of the same network. */
const OWN_GIVEN = new BlockList()
OWN_GIVEN.addSubnet('fe80::', 10, 'ipv6')
OWN_GIVEN.addSubnet('fc00::', 7, 'ipv6')

const GROUPS = 8
const NETWORK_GROUPS = 4

/**
 * Where a try comes from, as it is counted. Of a public IPv6 address its network of 64 bits: whoever has one address of
 * it has all of them.
 */
export function triedFrom(ip: string): string {
  const bare = ip.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '')
  if (!bare.includes(':') || OWN_GIVEN.check(bare, 'ipv6')) return bare
  return groupsOf(bare).slice(0, NETWORK_GROUPS).join(':')
}

/** All eight of an address, also those that `::` leaves out. */
function groupsOf(ip: string): readonly string[] {
  const [left = [], right = []] = ip
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''))
  return [
    ...left,
    ...Array.from({ length: Math.max(0, GROUPS - left.length - right.length) }, () => '0'),
    ...right,
  ]
}
