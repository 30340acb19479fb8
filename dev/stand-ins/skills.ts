import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler, type Response } from 'express';
import { createTokenDesk } from './access-tokens';
import { skillClient } from './credentials';
import { contentFaultOf } from './faults';
import { createControls, type StandInSettings } from './server';
import { demoSkills, ownVendors, type Skill, skillShape } from './skill-shelf';
import { createTokenBuckets } from './token-bucket';

/** Amazon publishes no figures for SMAPI; these are generous. */
const RATE = { perSecond: 20, burst: 20 };

const refuse = (response: Response, status: number, message: string, violations: readonly string[] = []) =>
  response.status(status).json({
    message,
    ...(violations.length > 0 && { violations: violations.map((text) => ({ message: text })) }),
  });

const isOwn = (vendorId: string) => (ownVendors as readonly string[]).includes(vendorId);

/** The Skill Management API v1, as far as it tells about publication, and Login with Amazon. */
export function createSkillsApp(settings: StandInSettings): Express {
  const app = express();
  const skills = new Map(demoSkills.map((skill) => [skill.skillId, skill]));
  const desk = createTokenDesk([{ id: 'skills', ...skillClient }]);
  const mayCall = createTokenBuckets(RATE.perSecond, RATE.burst);
  app.disable('x-powered-by');
  app.disable('etag');
  app.put('/_skills/:skillId', express.json(), (request, response) => {
    const parsed = skillShape.safeParse({ ...(request.body as object), skillId: request.params.skillId });
    if (!parsed.success) return response.status(422).json({ issues: parsed.error.issues });
    skills.set(parsed.data.skillId, parsed.data);
    return response.json(parsed.data);
  });
  app.use(createControls(settings));
  app.use(desk.router);

  const admit: RequestHandler = (request, response, next) => {
    response.set('x-amzn-RequestId', randomUUID());
    const token = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1];
    const checked = desk.check(token);
    if ('refused' in checked) return refuse(response, 401, 'Token is invalid/expired.');
    if (settings.rateLimits && !mayCall(checked.account.id))
      return refuse(response, 429, 'Request is throttled.');
    return next();
  };

  app.get('/v1/skills', admit, (request, response) => {
    const { vendorId, skillId } = request.query;
    const ids = [skillId ?? []].flat().filter((id) => typeof id === 'string');
    if (typeof vendorId !== 'string' || vendorId === '')
      return refuse(response, 400, 'The request is not valid.', ['vendorId is required.']);
    if (ids.length > 10)
      return refuse(response, 400, 'The request is not valid.', ['At most 10 skillId may be given.']);
    if (!isOwn(vendorId)) return refuse(response, 403, 'The user is not authorized to access this vendor.');
    const wanted = [...skills.values()].filter(
      (skill) => skill.vendorId === vendorId && (ids.length === 0 || ids.includes(skill.skillId)),
    );
    const wrong = contentFaultOf(response) === 'wrongSkill';
    return response.json({
      _links: { self: { href: request.originalUrl } },
      isTruncated: false,
      skills: wanted
        .flatMap(presentStages)
        .map((row) => (wrong ? { ...row, skillId: `${row.skillId}x` } : row)),
    });
  });
  app.get('/v1/skills/:skillId/stages/:stage/manifest', admit, (request, response) => {
    const { skillId, stage } = request.params;
    const skill = skills.get(String(skillId));
    if (skill !== undefined && !isOwn(skill.vendorId))
      return refuse(response, 403, 'The user is not authorized to access this skill.');
    const known = skill && Object.entries(skill.stages).some(([name, status]) => name === stage && status);
    if (!known) return refuse(response, 404, 'The resource being requested is not found.');
    return response.json({
      manifest: {
        manifestVersion: '1.0',
        publishingInformation: { locales: { 'en-US': { name: skill.name } }, ...skill.publishingInformation },
        apis: { smartHome: {} },
      },
    });
  });
  return app;
}

/** One row for each stage there is. */
const presentStages = (skill: Skill) =>
  Object.entries(skill.stages)
    .filter(([, status]) => status !== undefined)
    .map(([stage, publicationStatus]) => ({
      skillId: skill.skillId,
      stage,
      publicationStatus,
      apis: ['smartHome'],
      nameByLocale: { 'en-US': skill.name },
      lastUpdated: '2026-01-05T10:00:00.000Z',
      _links: { self: { href: `/v1/skills/${skill.skillId}/stages/${stage}/manifest` } },
    }));
