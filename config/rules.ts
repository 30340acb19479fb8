/** Rules for the kinds of values that variables have, and what a variable is. */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

/** A variable of the environment. */
export interface Variable {
  /** What its text must be, and becomes. */
  readonly rule: z.ZodType;
  /** The programs that need it. */
  readonly for: readonly Program[];
  /** What it means, for the README's table. */
  readonly about: string;
  /** Its default is right on one machine only. */
  readonly defaultIsLocal?: true;
}
export type Program = 'api' | 'worker' | 'migrate' | 'start' | 'rehearse';

export const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
export const http = url('http:', 'https:');
/** Of pages of products: the place of the ASIN is marked in it. */
export const detailPage = http.refine((value) => value.includes('{asin}'), {
  error: 'must have {asin} in it',
});
/** Of an OpenID provider: what it says is believed, so it is asked by TLS, or on this machine. */
export const issuer = http.refine(
  (value) => {
    // What is no URL has been told already.
    if (!URL.canParse(value)) return true;
    const { protocol, hostname } = new URL(value);
    return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  },
  { error: 'must start with https://, but for a provider on this machine' },
);
export const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    });
export const decimalNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number such as 2 or 0.5')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, {
      error: `must be a number from ${minimum} to ${maximum}`,
    });
/** Of this machine: what Temporal's SDK listens on. It knows no names. */
export const socketAddress = z.string().refine(
  (value) => {
    const [, v6, v4, port] = /^(?:\[(.*)\]|([^:]*)):(\d{1,5})$/.exec(value) ?? [];
    return (isIPv6(v6 ?? '') || isIPv4(v4 ?? '')) && Number(port) <= 65535;
  },
  { error: 'must be an IP address and a port, such as 127.0.0.1:9464 or [::1]:9464' },
);
export const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');
export const list = <Entry extends z.ZodType<string, string>>(entry: Entry) =>
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .pipe(z.array(entry).min(1));
