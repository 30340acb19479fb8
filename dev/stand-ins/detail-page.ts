import type { Request, Response } from 'express';
import { z } from 'zod';
import { isMarketplaceCode, type MarketplaceCode } from '../../domain/marketplaces';
import { escape, page as documentOf } from '../html';
import type { Listing } from './catalogue';

const LOOKUP_MS = 2_000;
const lookupAnswer = z.object({ badges: z.array(z.object({ program: z.string() })) });

/** A retail detail page; a marketplace that is not named is the United States. */
export async function presentDetailPage(
  request: Request,
  response: Response,
  find: (asin: string, code: MarketplaceCode) => Listing | null,
  badgeLookupUrl: string | null,
): Promise<void> {
  const code = request.query['marketplace'] ?? 'US';
  const asin = String(request.params['asin']);
  const listing = isMarketplaceCode(code) ? find(asin, code) : null;
  response
    .set('cache-control', 'no-store')
    .set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
  if (!isMarketplaceCode(code) || listing === null) {
    response.status(404).type('html').send(page('Page Not Found', '<p>We could not find that page.</p>'));
    return;
  }
  const badged = badgeLookupUrl !== null && (await hasBadge(badgeLookupUrl, code, asin));
  response.type('html').send(page(listing.title, detail(listing, code, badged)));
}

/** Whether the badge service says that the badge shows now. When it does not answer, none shows. */
async function hasBadge(lookupUrl: string, code: MarketplaceCode, asin: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL(`/v1/badges/${code}/${encodeURIComponent(asin)}`, lookupUrl), {
      signal: AbortSignal.timeout(LOOKUP_MS),
      redirect: 'error',
    });
    if (!answer.ok) return false;
    const lookup = lookupAnswer.safeParse(await answer.json());
    return lookup.success && lookup.data.badges.some(({ program }) => program === 'WWA');
  } catch {
    return false;
  }
}

const detail = (listing: Listing, code: MarketplaceCode, badged: boolean) => `
<p class="from">Brand: ${escape(listing.brand ?? 'Unbranded')}</p>
<h1>${escape(listing.title)}</h1>
${badged ? '<p class="badge" data-badge="WWA">Works with Alexa</p>' : ''}
<dl>
  <dt>Model number</dt><dd>${escape(listing.modelNumber ?? listing.partNumber ?? 'not given')}</dd>
  <dt>ASIN</dt><dd>${escape(listing.asin)}</dd>
  <dt>Marketplace</dt><dd>${code}</dd>
</dl>`;

const style = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #0f1111 }
.from { color: #00677c; margin: 0 }
h1 { font-size: 1.5rem; margin: .25rem 0 1rem }
.badge { display: inline-block; padding: .25rem .75rem; border: 1px solid #00a8e1; border-radius: 1rem; color: #004b63; background: #e6f6fc }
dt { font-weight: 600 } dd { margin: 0 0 .5rem }`;

const page = (title: string, body: string) => documentOf({ title, style, body });
