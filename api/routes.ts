/** Every call there is. */
import { asinSuggestionRoutes } from './asin-suggestions/routes';
import { badgeRequestRoutes } from './badge-requests/routes';
import { badgeRoutes } from './badges/routes';
import { calendarRoutes } from './calendar/routes';
import { certificationEventRoutes } from './certification-events/routes';
import { healthRoutes } from './health/routes';
import { metricsRoutes } from './metrics/routes';
import { createDescriptionRoute } from './openapi-route';
import { pageRoutes } from './pages/routes';
import { peopleRoutes } from './people/routes';
import { programSuspensionRoutes } from './program-suspensions/routes';
import { productRoutes } from './products/routes';
import { referenceRoutes } from './reference/routes';
import type { Route } from './route';
import { signInRoutes } from './sign-in/routes';
import { webhookEndpointRoutes } from './webhook-endpoints/routes';

const described: readonly Route[] = [
  // Addresses are tried in this order, and nothing is asked for as often as badges.
  ...badgeRoutes,
  ...badgeRequestRoutes,
  ...productRoutes,
  ...asinSuggestionRoutes,
  ...programSuspensionRoutes,
  ...referenceRoutes,
  ...certificationEventRoutes,
  ...calendarRoutes,
  ...webhookEndpointRoutes,
  ...peopleRoutes,
  ...signInRoutes,
  ...healthRoutes,
  ...metricsRoutes,
];

/** The routes of one API; their description is made once. */
export function createRoutes(): readonly Route[] {
  const routes = [...described, ...pageRoutes];
  return [...routes, createDescriptionRoute(routes)];
}
