import { uuidv7obj } from 'uuidv7';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdPrefix = 'br' | 'cmt' | 'chk' | 'cmd' | 'req' | 'feed' | 'sug' | 'psus' | 'wep' | 'whe';

/** A new id, e.g. `br_01kadm0v…`: its prefix and a UUIDv7 in Crockford's base 32, so ids sort by the time they were made. */
export function newId<Prefix extends IdPrefix>(prefix: Prefix): `${Prefix}_${string}` {
  const { bytes } = uuidv7obj();
  let text = '';
  let rest = 0;
  let bits = 0;
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    rest |= (bytes[index] ?? 0) << bits;
    for (bits += 8; bits >= 5; bits -= 5, rest >>= 5) text = CROCKFORD[rest & 31] + text;
  }
  text = CROCKFORD[rest] + text;
  return `${prefix}_${text}`;
}
