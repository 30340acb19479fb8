import { showValue } from '../../domain/problem';
import type { ApiDependencies } from '../dependencies';
import { invalid } from '../problem';

/**
 * Refuses what cannot be the address of an endpoint, as far as that shows; where its name leads is seen when it is called.
 * @throws {ProblemError} VALIDATION_FAILED
 */
export function refuseAddress(
  url: string,
  { webhooksMayBeLocal }: Pick<ApiDependencies, 'webhooksMayBeLocal'>,
): void {
  if (isAddress(url, webhooksMayBeLocal)) return;
  const expected = webhooksMayBeLocal
    ? 'http:// or https:// and a host'
    : 'https:// and a host name of the public internet such as hooks.example.com';
  throw invalid([
    {
      pointer: '/url',
      code: 'INVALID_VALUE',
      detail: `Give the whole address of your endpoint: it begins with ${expected}, and has no user name, password or fragment.`,
      found: showValue(url),
      expected,
    },
  ]);
}

function isAddress(url: string, mayBeLocal: boolean): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password, hash } = new URL(url);
  if (username !== '' || password !== '' || hash !== '') return false;
  if (mayBeLocal) return ['http:', 'https:'].includes(protocol);
  // The last label of a name has a letter in it, which no address of numbers has.
  return (
    protocol === 'https:' && /^[^.]+(\.[^.]+)*\.[^.]*[a-z][^.]*$/i.test(hostname) && !hostname.startsWith('[')
  );
}
