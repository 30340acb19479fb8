/** What tests do with requests over the API. */
import { readyForm, type Api, type Json, type PersonName, type Reply, textOf } from './api-server';

export interface RequestCalls {
  create(form?: object): Promise<string>;
  /** By the maker. */
  read(id: string): Promise<Reply>;
  act(person: PersonName, id: string, action: string, body?: unknown, key?: string): Promise<Reply>;
  /** Reads until the request is so; bounded. */
  until(id: string, condition: (request: Json) => boolean): Promise<Json>;
  /** A request that awaits its reviewer. */
  underReview(form?: object): Promise<string>;
}

export const pathOf = (id: string, rest = '') => `/v1/badge-requests/${id}${rest}`;

export function requestCalls(api: Api): RequestCalls {
  const calls: RequestCalls = {
    async create(form = readyForm()) {
      const { body } = await api.as('maker')('POST', '/v1/badge-requests', { body: form });
      return textOf(body['id']);
    },
    read: (id) => api.as('maker')('GET', pathOf(id)),
    act: (person, id, action, body, key) =>
      api.as(person)('POST', pathOf(id, `/${action}`), {
        ...(body !== undefined && { body }),
        ...(key !== undefined && { key }),
      }),
    async until(id, condition) {
      for (const deadline = Date.now() + 20_000; ;) {
        const { body } = await calls.read(id);
        if (condition(body)) return body;
        if (Date.now() > deadline)
          throw new Error(`Still ${JSON.stringify([body['status'], body['stage']])}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async underReview(form) {
      const id = await calls.create(form);
      await calls.act('maker', id, 'submit');
      await calls.until(id, ({ stage }) => (stage as unknown) === 'AWAITING_REVIEWER');
      return id;
    },
  };
  return calls;
}
