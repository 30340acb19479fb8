/** A maker's badges of a programme, suspended by an operator in a whole region. */
import { findOrganization } from '../../db/people';
import {
  endSuspension,
  findSuspension,
  listSuspensions,
  openSuspension,
  type ProgramSuspension,
} from '../../db/program-suspensions';
import { spreadNext } from '../../db/program-suspension-news';
import { regionLabels } from '../../domain/marketplaces';
import { showValue } from '../../domain/problem';
import { programs } from '../../domain/programs';
import { idCursors } from '../cursor';
import type { ApiDependencies } from '../dependencies';
import { describeError } from '../described-error';
import { invalid, notFound, ProblemError } from '../problem';
import { represent, unlessCurrent } from '../representations';
import { defineRoute, type Route } from '../route';
import { apiRegions, domainRegions, pageOf } from '../values';
import {
  newProgramSuspension,
  programSuspension,
  suspensionEnd,
  suspensionId,
  suspensionsQuery,
} from './schemas';

const path = '/v1/program-suspensions';
const cursors = idCursors('programme suspensions', suspensionId.shape.id);
const about = { access: ['OPERATOR'], tag: 'Programme suspensions' } as const;
const etag = { ETag: 'The version of the suspension' };

const present = (suspension: ProgramSuspension) => ({
  ...suspension,
  region: apiRegions[suspension.region],
});

async function readSuspension(deps: ApiDependencies, id: string): Promise<ProgramSuspension> {
  const suspension = await findSuspension(deps.pool, id);
  if (suspension === null) throw notFound('There is no such programme suspension.');
  return suspension;
}

const createSuspension = defineRoute({
  ...about,
  method: 'post',
  path,
  operationId: 'suspendProgram',
  summary: 'Suspend a maker’s badges of a programme in a region',
  description:
    'Badges that are shown there are suspended one after the other; one that becomes effective while it holds is never shown. The makers are told of each request with such badges.',
  creates: 'psus',
  body: { schema: newProgramSuspension, mediaTypes: ['application/json'] },
  answers: {
    201: {
      description: 'The suspension, which holds',
      schema: programSuspension,
      headers: { Location: 'Where the suspension is', ...etag },
    },
  },
  problems: ['ALREADY_SUSPENDED'],
  handle: async ({ deps, caller, body, resourceId }) => {
    const { program, organizationId } = body;
    await refuseUnknownOrganization(deps, organizationId);
    const suspension = await openSuspension(deps.pool, {
      ...{ id: resourceId, program, organizationId, operatorId: caller.id },
      region: domainRegions[body.region],
      reason: body.reason.trim(),
    });
    if (suspension.id !== resourceId) throw alreadySuspended(suspension);
    // It holds either way: where this fails, the workers do it.
    const warn = (error: unknown) =>
      deps.log.warn({ reason: describeError(error) }, 'a programme suspension could not be spread at once');
    await spreadNext(deps.pool, suspension.id, warn).catch(warn);
    return represent(present(suspension), { status: 201, headers: { Location: `${path}/${suspension.id}` } });
  },
});

async function refuseUnknownOrganization(deps: ApiDependencies, id: string): Promise<void> {
  if ((await findOrganization(deps.pool, id)) !== null) return;
  throw invalid([
    {
      pointer: '/organizationId',
      code: 'UNKNOWN_ORGANIZATION',
      detail: 'There is no such organization.',
      found: showValue(id),
      expected: 'the id of an organization, as `organization.id` of its requests and products',
    },
  ]);
}

const alreadySuspended = ({ id, organization, program, region, suspendedAt }: ProgramSuspension) =>
  new ProblemError(
    'ALREADY_SUSPENDED',
    `The ${programs[program].label} badges of ${organization.name} are suspended in ${regionLabels[region]} already, since ${suspendedAt}.`,
    { members: { existingSuspensionId: id } },
  );

const listProgramSuspensions = defineRoute({
  ...about,
  method: 'get',
  path,
  operationId: 'listProgramSuspensions',
  summary: 'List programme suspensions',
  description: 'Those that have ended too.',
  query: suspensionsQuery,
  answers: { 200: { description: 'A page, newest first', schema: pageOf(programSuspension) } },
  handle: async ({ deps, query }) => {
    const { suspensions, next } = await listSuspensions(deps.pool, {
      organizationId: query.organizationId ?? null,
      ...{ limit: query.limit, after: cursors.read(query.cursor) },
    });
    return { status: 200, body: { data: suspensions.map(present), next: cursors.write(next) } };
  },
});

const getSuspension = defineRoute({
  ...about,
  method: 'get',
  path: `${path}/{id}`,
  operationId: 'getProgramSuspension',
  summary: 'Read a programme suspension',
  params: suspensionId,
  requestHeaders: { 'If-None-Match': 'An `ETag`; answers 304 while it is the present one' },
  answers: {
    200: { description: 'The suspension', schema: programSuspension, headers: etag },
    304: { description: 'Nothing has changed', headers: etag },
  },
  handle: async ({ deps, params, header }) =>
    unlessCurrent(represent(present(await readSuspension(deps, params.id))), header('if-none-match')),
});

const endProgramSuspension = defineRoute({
  ...about,
  method: 'post',
  path: `${path}/{id}/end`,
  operationId: 'endProgramSuspension',
  summary: 'End a programme suspension',
  description: 'Badges that nothing else holds come back one after the other, and the makers are told.',
  params: suspensionId,
  body: { schema: suspensionEnd, mediaTypes: ['application/json'] },
  answers: {
    200: { description: 'The suspension, which has ended', schema: programSuspension, headers: etag },
  },
  problems: ['ALREADY_ENDED'],
  handle: async ({ deps, caller, params, body, commandId }) => {
    const { id } = await readSuspension(deps, params.id);
    const reason = body.reason.trim();
    const ended = await endSuspension(deps.pool, { id, commandId, operatorId: caller.id, reason });
    const suspension = await readSuspension(deps, id);
    if (!ended)
      throw new ProblemError(
        'ALREADY_ENDED',
        `This suspension has ended already, on ${suspension.endedAt ?? ''}.`,
      );
    return represent(present(suspension));
  },
});

export const programSuspensionRoutes: readonly Route[] = [
  createSuspension,
  listProgramSuspensions,
  getSuspension,
  endProgramSuspension,
];
