import type { Route } from '../route';
import { actionRoutes } from './actions';
import { checkDraft } from './check';
import { postComment, readComments } from './comments';
import { createRequest, patchRequest } from './drafts';
import { getHistory, getRequest, listBadgeRequests } from './reading';

export const badgeRequestRoutes: readonly Route[] = [
  listBadgeRequests,
  createRequest,
  getRequest,
  patchRequest,
  checkDraft,
  ...actionRoutes,
  getHistory,
  readComments,
  postComment,
];
