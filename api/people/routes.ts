/** Who calls, and where the console leads them. */
import { z } from 'zod';
import { findOrganization, type PersonRole } from '../../db/people';
import { ROLES } from '../../domain/lifecycle';
import { personalHeaders } from '../representations';
import { defineRoute, EVERYONE, type Route } from '../route';
import { organization } from '../values';

const page = z.strictObject({ path: z.string(), title: z.string() });
const calendar = { path: '/calendar', title: 'Calendar' };
const webhooks = { path: '/webhooks', title: 'Webhooks' };
const reviews = { path: '/badge-requests?order=reviewDue', title: 'Reviews by what is due' };

/** Pages of the console beside the list of requests. */
const pages: Readonly<Record<PersonRole, readonly z.output<typeof page>[]>> = {
  MAKER: [
    { path: '/badge-requests/new', title: 'New badge request' },
    { path: '/badge-requests?waitingOn=MAKER', title: 'What waits for you' },
    calendar,
    webhooks,
  ],
  VIEWER: [calendar, webhooks],
  REVIEWER: [reviews, { path: '/badge-requests/next-review', title: 'Next review' }, calendar],
  OPERATOR: [
    reviews,
    { path: '/badge-requests?stage=NEEDS_ATTENTION', title: 'What needs an operator' },
    { path: '/program-suspensions', title: 'Programme suspensions' },
    calendar,
  ],
};

const readMe = defineRoute({
  method: 'get',
  path: '/v1/me',
  access: EVERYONE,
  operationId: 'readMe',
  summary: 'Read who you are',
  tag: 'People',
  answers: {
    200: {
      description: 'You, as your access token or session says',
      schema: z
        .strictObject({
          id: z.string(),
          name: z.string(),
          role: z.enum(ROLES),
          organization: organization.nullable(),
          pages: z.array(page).meta({ description: 'Pages of the console for your role' }),
        })
        .meta({ id: 'Me' }),
    },
  },
  handle: async ({ deps, caller }) => {
    const { id, name, role, organizationId } = caller;
    const own = organizationId === null ? null : await findOrganization(deps.pool, organizationId);
    return {
      status: 200,
      body: { id, name, role, organization: own, pages: pages[role] },
      headers: personalHeaders,
    };
  },
});

export const peopleRoutes: readonly Route[] = [readMe];
