/** Every call there is. */
import { badgeRequestRoutes } from './badge-requests/routes';
import { badgeRoutes } from './badges/routes';
import { certificationEventRoutes } from './certification-events/routes';
import { healthRoutes } from './health/routes';
import { createDescriptionRoute } from './openapi-route';
import { pageRoutes } from './pages/routes';
import { productRoutes } from './products/routes';
import { referenceRoutes } from './reference/routes';
import type { Route } from './route';

const described: readonly Route[] = [
  ...badgeRequestRoutes,
  ...productRoutes,
  ...referenceRoutes,
  ...certificationEventRoutes,
  ...badgeRoutes,
  ...healthRoutes,
];

/** The routes of one API; their description is made once. */
export function createRoutes(): readonly Route[] {
  const routes = [...described, ...pageRoutes];
  return [...routes, createDescriptionRoute(routes)];
}
