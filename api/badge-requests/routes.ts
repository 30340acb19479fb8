import type { Route } from '../route';
import { actionRoutes } from './actions';
import { badgeOrderRoutes } from './badge-orders';
import { claimRoutes } from './claims';
import { checkDraft } from './check';
import { patchComment, postComment, readComments } from './comments';
import { createRequest, patchRequest } from './drafts';
import { getHistory, getRequest, listBadgeRequests } from './reading';
import { getRounds } from './rounds';

export const badgeRequestRoutes: readonly Route[] = [
  listBadgeRequests,
  createRequest,
  getRequest,
  patchRequest,
  checkDraft,
  ...actionRoutes,
  ...claimRoutes,
  ...badgeOrderRoutes,
  getHistory,
  getRounds,
  readComments,
  postComment,
  patchComment,
];
