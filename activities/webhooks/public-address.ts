/**
 * Makers say where their endpoints are, and we call from inside our own network: only addresses of the public internet are
 * connected to. A name is held against that when it is connected to, by the addresses that it stands for then.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What no address of the public internet is in: IANA's special-purpose registries (RFC 6890), and multicast. */
const SPECIAL_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/** Of 2000::/3, which is all that is given out: Teredo and other protocols, documentation, 6to4. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

function listOf(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
const specialV4 = listOf(SPECIAL_V4, 'ipv4');
const specialV6 = listOf(SPECIAL_V6, 'ipv6');
const globalV6 = listOf(['2000::/3'], 'ipv6');

/** Whether an IP address is one of the public internet; whatever is no address is not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !specialV4.check(address, 'ipv4');
    case 6:
      return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
    default:
      return false;
  }
}

/** The code of what is refused here. */
export const ADDRESS_NOT_PUBLIC = 'ADDRESS_NOT_PUBLIC';
export const notPublic = (): Error =>
  Object.assign(new Error('This is no address of the public internet.'), { code: ADDRESS_NOT_PUBLIC });

/** In place of `dns.lookup` where a connection is made: answers with public addresses, or fails if there is any other. */
export const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
  resolve(hostname, { family, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = error === null ? addresses : [];
    if (error !== null || first === undefined) return callback(error ?? notPublic(), [], 0);
    if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(notPublic(), [], 0);
    if (options.all === true) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};
