/** What the form's fields can be: configuration, the same for everyone. */
import { z } from 'zod';
import { bundleDevices } from '../../domain/bundle-devices';
import { detailPageOf, marketplaces } from '../../domain/marketplaces';
import { programs } from '../../domain/programs';
import { reasonCodes } from '../../domain/reasons';
import type { ApiDependencies } from '../dependencies';
import { defineRoute, EVERYONE, type Route } from '../route';
import { apiRegions, bundleDeviceCode, marketplaceCode, pageOf, programCode, region } from '../values';

interface ReferenceList<Entry extends z.ZodType> {
  readonly name: string;
  readonly operationId: string;
  readonly summary: string;
  readonly entry: Entry;
  readonly data: readonly z.input<Entry>[] | ((deps: ApiDependencies) => readonly z.input<Entry>[]);
}

const defineList = <Entry extends z.ZodType>({
  name,
  operationId,
  summary,
  entry,
  data,
}: ReferenceList<Entry>): Route =>
  defineRoute({
    method: 'get',
    path: `/v1/${name}`,
    access: EVERYONE,
    operationId,
    summary,
    tag: 'Reference data',
    answers: { 200: { description: 'All of them', schema: pageOf(entry) } },
    handle: async ({ deps }) => ({
      status: 200,
      body: { data: typeof data === 'function' ? data(deps) : data, next: null },
    }),
  });

export const referenceRoutes: readonly Route[] = [
  defineList({
    name: 'programs',
    operationId: 'listPrograms',
    summary: 'List the badge programmes',
    entry: z.strictObject({ code: programCode, name: z.string() }).meta({ id: 'Program' }),
    data: Object.values(programs).map(({ code, label }) => ({ code, name: label })),
  }),
  defineList({
    name: 'marketplaces',
    operationId: 'listMarketplaces',
    summary: 'List the marketplaces',
    entry: z
      .strictObject({
        code: marketplaceCode,
        name: z.string(),
        country: z.string().meta({ description: 'ISO 3166-1 alpha-2' }),
        region,
        timeZone: z.string().meta({ description: 'IANA zone whose midnight starts a go-live date' }),
        detailPage: z.string().meta({
          description: 'Where it shows a product; the ASIN takes the place of `{asin}`',
          example: 'https://www.amazon.com/dp/{asin}',
        }),
      })
      .meta({ id: 'Marketplace' }),
    data: ({ detailPageTemplate }) =>
      Object.values(marketplaces).map(({ code, name, country, region: served, timeZone }) => ({
        code,
        name,
        country,
        region: apiRegions[served],
        timeZone,
        detailPage: detailPageTemplate?.replaceAll('{marketplace}', code) ?? detailPageOf(code),
      })),
  }),
  defineList({
    name: 'bundle-devices',
    operationId: 'listBundleDevices',
    summary: 'List the devices that a bundle can include',
    entry: z.strictObject({ code: bundleDeviceCode, name: z.string() }).meta({ id: 'BundleDevice' }),
    data: Object.values(bundleDevices),
  }),
  defineList({
    name: 'reason-codes',
    operationId: 'listReasonCodes',
    summary: 'List why a request can be rejected',
    entry: z
      .strictObject({
        code: z.string(),
        title: z.string(),
        field: z.string().meta({ description: 'JSON pointer into the form; empty: all of it' }),
        action: z.string().meta({ description: 'What the maker does about it' }),
        perMarketplace: z.boolean(),
        reviewerMayPick: z.boolean(),
        needsText: z.boolean(),
      })
      .meta({ id: 'ReasonDescription' }),
    data: reasonCodes.map(({ code, title, field, action, perMarketplace, reviewerMayPick, needsText }) => ({
      code,
      title,
      field,
      action,
      perMarketplace,
      reviewerMayPick,
      needsText,
    })),
  }),
];
