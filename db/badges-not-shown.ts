/** Badges whose instant has come and that shoppers do not see, as mails tell of them. */
import { marketplaceByCode, type MarketplaceCode, type Region } from '../domain/marketplaces';
import type { SuspensionCause } from '../domain/badges';
import { prepared, type Queryable } from './pool';
import { PRESENT_CAUSES, PRESENT_STATUS } from './present-causes';

export interface BadgeNotShown {
  readonly marketplace: MarketplaceCode;
  /** Why it is suspended; none: it is removed. */
  readonly causes: readonly SuspensionCause[];
  /** Why an operator has suspended the programme there; null where none has. */
  readonly suspension: string | null;
}

/** As {@link selectNotShown} answers. */
export interface NotShownColumns {
  not_shown: readonly { marketplace: MarketplaceCode; causes: SuspensionCause[] }[] | null;
  suspensions: readonly { region: Region; reason: string }[] | null;
}

/** Columns of a select, about the request `r` where a condition holds; null otherwise. */
export const selectNotShown = (condition: string): string => `
  case when ${condition} then (
    select json_agg(json_build_object('marketplace', b.marketplace, 'causes', ${PRESENT_CAUSES})
                    order by b.effective_at, b.marketplace)
      from badges b where b.request_id = r.id and ${PRESENT_STATUS} in ('SUSPENDED', 'REMOVED')) end as not_shown,
  case when ${condition} then (
    select json_agg(json_build_object('region', s.region, 'reason', s.reason)) from program_suspensions s
     where s.organization_id = r.organization_id and s.program = r.program and s.ended_at is null) end as suspensions`;

export function toNotShown({ not_shown, suspensions }: NotShownColumns): BadgeNotShown[] {
  return (not_shown ?? []).map(({ marketplace, causes }) => {
    const { region } = marketplaceByCode(marketplace);
    const suspension = causes.includes('PROGRAM_SUSPENSION')
      ? suspensions?.find((each) => each.region === region)
      : undefined;
    return { marketplace, causes, suspension: suspension?.reason ?? null };
  });
}

/** What a mail that has left said of it, as it is kept with the mail. */
export const toldNotShown = (notShown: readonly BadgeNotShown[]): Readonly<Record<string, unknown>> =>
  notShown.length === 0 ? {} : { toldNotShown: notShown.map(({ marketplace }) => marketplace) };

/**
 * Of badges that are not shown, those of which the mail that the request is enabled tells every maker: it has left and
 * said so, or is still to be made. Those that wait are locked, so that they are made after this transaction.
 */
export async function selectTold(
  connection: Queryable,
  requestId: string,
  marketplaces: readonly MarketplaceCode[],
): Promise<MarketplaceCode[]> {
  const { rows } = await connection.query<{
    all: number;
    taken: readonly { readonly isSent: boolean; readonly told: readonly MarketplaceCode[] }[];
  }>(
    prepared(
      `with mails as materialized (
         select sent_at, props from mail_outbox
          where request_id = $1 and template = 'enabled' and refused_at is null for update skip locked)
       select (select count(*)::int from mail_outbox
                where request_id = $1 and template = 'enabled' and refused_at is null) as all,
              (select coalesce(json_agg(json_build_object('isSent', sent_at is not null,
                        'told', coalesce(props->'toldNotShown', '[]'))), '[]') from mails) as taken`,
      [requestId],
    ),
  );
  const { all, taken } = rows[0] ?? { all: 0, taken: [] };
  // What is being sent was made already, and nobody knows of what.
  if (all === 0 || taken.length < all) return [];
  return marketplaces.filter((code) => taken.every(({ isSent, told }) => !isSent || told.includes(code)));
}
