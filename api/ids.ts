import { uuidv7obj } from 'uuidv7';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdPrefix = 'br' | 'cmt' | 'chk' | 'cmd' | 'req';

/** A new id, e.g. `br_01kadm0v…`: its prefix and a UUIDv7 in Crockford's base 32, so ids sort by the time they were made. */
export function newId<Prefix extends IdPrefix>(prefix: Prefix): `${Prefix}_${string}` {
  let rest = BigInt(`0x${uuidv7obj().toHex()}`);
  let text = '';
  for (let position = 0; position < 26; position += 1, rest >>= 5n)
    text = CROCKFORD[Number(rest & 31n)] + text;
  return `${prefix}_${text}`;
}
