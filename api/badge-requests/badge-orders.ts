/** What operators decide about badges that are effective. */
import type { z } from 'zod';
import { saveReason } from '../../db/operator-decisions';
import type { RequestView } from '../../db/request-view';
import { isSinceEnabled } from '../../domain/lifecycle';
import { canActOn, type BadgeAction } from '../../domain/badges';
import { badgeOrderUpdates } from '../../workflows/contract';
import { invalid, type InputProblem } from '../problem';
import type { Route } from '../route';
import { sendBadgeOrder, sendCommand } from '../temporal';
import { notAllowed, whyNowhere } from './access';
import { defineAction } from './action-route';
import { command, type RequestCall } from './commands';
import { badgeOrder } from './schemas';

type Order = z.output<typeof badgeOrder>;

/** How far ahead a change of a badge may be planned; ours, as for go-live dates. */
const FARTHEST_YEARS = 2;

const defineOrder = (
  name: BadgeAction,
  { summary, description }: { summary: string; description: string },
): Route =>
  defineAction({
    name,
    by: ['OPERATOR'],
    summary,
    description,
    body: badgeOrder,
    act: (call) =>
      command(call, {
        action: name,
        update: badgeOrderUpdates[name],
        extra: { marketplaces: call.body.marketplaces ?? null, effectiveAt: instantOf(call.body) },
        prepare: (request) => prepare(call, name, request),
        send: sendOrder,
      }),
  });

/** While other badges of the request are still to come, its own workflow takes orders. */
const sendOrder: typeof sendCommand = (deps, request, given, hasEndedBeyond) =>
  isSinceEnabled(request.status)
    ? sendBadgeOrder(deps, request, given)
    : sendCommand(deps, request, given, hasEndedBeyond);

const instantOf = ({ at }: Order): string | null => (at === undefined ? null : new Date(at).toISOString());

/** Refuses what names other marketplaces or a wrong instant, and keeps the words. */
async function prepare(call: RequestCall<Order>, action: BadgeAction, request: RequestView): Promise<void> {
  const { deps, body, caller, commandId } = call;
  const errors = [
    ...otherMarketplaces(request, body.marketplaces ?? []),
    ...instantProblems(request, body.at, deps.now()),
  ];
  if (errors.length > 0) throw invalid(errors);
  const ahead = body.at !== undefined;
  const named = request.badges.filter(({ marketplace }) => body.marketplaces?.includes(marketplace) ?? true);
  if (!named.some((badge) => canActOn(badge, { action, cause: 'OPERATOR' }, ahead)))
    throw notAllowed(request, caller, action, whyNowhere(named, action, ahead));
  await saveReason(deps.pool, {
    commandId,
    requestId: request.id,
    operatorId: caller.id,
    reason: body.reason.trim(),
  });
}

function otherMarketplaces(
  { badges }: RequestView,
  named: NonNullable<Order['marketplaces']>,
): InputProblem[] {
  const own = badges.map(({ marketplace }) => marketplace);
  return named.flatMap((marketplace, index) =>
    own.includes(marketplace)
      ? []
      : [
          {
            pointer: `/marketplaces/${index}`,
            code: 'INVALID_VALUE',
            detail: 'The request has no badge in this marketplace.',
            found: marketplace,
            expected: own.join(', '),
          },
        ],
  );
}

function instantProblems({ status }: RequestView, at: string | undefined, now: Date): InputProblem[] {
  if (at === undefined) return [];
  if (!isSinceEnabled(status))
    return [
      {
        pointer: '/at',
        code: 'INVALID_VALUE',
        detail: 'Nothing can be planned as long as the request waits for other badges: leave it out for now.',
        found: at,
        expected: null,
      },
    ];
  const farthest = new Date(now);
  farthest.setUTCFullYear(farthest.getUTCFullYear() + FARTHEST_YEARS);
  const expected = `after ${now.toISOString()}, up to ${farthest.toISOString()}`;
  const about = { pointer: '/at', found: at, expected };
  if (Date.parse(at) <= now.getTime())
    return [
      {
        ...about,
        code: 'DATE_IN_THE_PAST',
        detail: 'This instant is over: leave it out for now, or give a later one.',
      },
    ];
  if (Date.parse(at) > farthest.getTime())
    return [
      {
        ...about,
        code: 'DATE_TOO_FAR_AHEAD',
        detail: `A change can be planned at most ${FARTHEST_YEARS} years ahead.`,
      },
    ];
  return [];
}

const suspend = defineOrder('suspend', {
  summary: 'Suspend badges',
  description:
    'Now, or at an instant to come. A suspended badge is not shown; it can be reinstated. What was planned for these badges before is dropped, also where they are suspended already. As soon as a badge is effective, also while the request waits for others: then now only, and the request waits on.',
});

const reinstate = defineOrder('reinstate', {
  summary: 'Reinstate suspended badges',
  description:
    'Lifts every suspension, whatever its cause, but one of the programme in a whole region, which is ended as such; takes back what is planned for these badges. Planned for an instant to come, it lifts what holds when it is planned: a suspension for a cause that comes later stays.',
});

const remove = defineOrder('remove', {
  summary: 'Remove badges',
  description:
    'For good: the badge is asked for again with a new request. As soon as a badge is effective, as with `suspend`.',
});

export const badgeOrderRoutes: readonly Route[] = [suspend, reinstate, remove];
