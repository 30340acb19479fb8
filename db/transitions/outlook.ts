/** What the mail that a request is pending says of what is to come. */
import { goLiveInstants, type GoLive } from '../../domain/go-live';
import type { MarketplaceCode } from '../../domain/marketplaces';
import { awaitedAmong, type Certification } from './coverage';

/** @param marketplaces where a badge is to come */
export function outlookOf(
  certification: Pick<Certification, 'outlookIn'>,
  {
    marketplaces,
    goLive,
    at,
  }: { marketplaces: readonly MarketplaceCode[]; goLive: GoLive | null; at: string },
): Readonly<Record<string, unknown>> {
  const awaited = awaitedAmong(certification, marketplaces);
  // A verdict of approval may also say that some of it is lost, while the rest is still awaited.
  const isCertified = marketplaces.some((code) => certification.outlookIn(code).kind === 'CERTIFIED');
  const instants = goLiveInstants(goLive, marketplaces);
  // A date that has begun everywhere is over: nothing waits for it.
  const isToCome = Object.values(instants).some((instant) => Date.parse(instant) > Date.parse(at));
  return {
    awaitsCertification: !isCertified,
    ...(isCertified && awaited.length > 0 && { awaitedIn: awaited }),
    goLiveDate: goLive?.kind === 'ON_DATE' && isToCome ? goLive.date : null,
  };
}
