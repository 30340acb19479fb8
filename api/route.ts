/** A call as data: the router and the OpenAPI document are made of the same list (routes.ts). */
import type { z } from 'zod';
import type { Person, PersonRole } from '../db/people';
import type { ApiDependencies } from './dependencies';
import type { IdPrefix } from './ids';
import type { InputProblem } from './problem';
import type { ProblemCode } from './problem-codes';

/** People of these roles; everyone; or whoever signs the body. */
export type Access = readonly PersonRole[] | 'PUBLIC' | 'SIGNED';
export const EVERYONE = ['MAKER', 'VIEWER', 'REVIEWER', 'OPERATOR'] as const satisfies readonly PersonRole[];

type Shape = z.ZodObject | undefined;
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler gets: everything checked. */
export interface Call<
  A extends Access = Access,
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B = unknown,
> {
  readonly deps: ApiDependencies;
  readonly caller: A extends readonly PersonRole[] ? Person : null;
  readonly params: Output<P>;
  readonly query: Output<Q>;
  readonly body: Output<B>;
  /** The bytes of a `SIGNED` call's body, which the handler reads by itself; empty when there is none. */
  readonly readBody: () => Promise<Buffer>;
  readonly header: (name: string) => string | undefined;
  /** The same for every repeat with the same `Idempotency-Key`; new for each call without one. */
  readonly commandId: string;
  /** An id for what the call creates; the same for every repeat, also after a crash. */
  readonly resourceId: string;
}

export interface Answer {
  readonly status: number;
  /** JSON; absent: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Set-Cookie` headers; never of an answer that is stored. */
  readonly cookies?: readonly string[];
  /** Instead of JSON. */
  readonly page?: { readonly type: string; readonly content: string | Buffer };
}

/** What an answer looks like, for the document. */
export interface DocumentedAnswer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Instead of JSON. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type AlsoWrong = (
  body: unknown,
  deps: ApiDependencies,
  caller: Person | null,
) => Promise<readonly InputProblem[]>;

export interface DocumentedBody<B extends z.ZodType | undefined> {
  readonly schema: B;
  readonly mediaTypes: readonly string[];
  /** An empty body counts as `{}`. */
  readonly optional?: boolean;
  /** What only rows can tell: asked of what the schema refuses, so that everything is said at once. */
  readonly alsoWrong?: AlsoWrong;
}

export interface Route<
  A extends Access = Access,
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/badge-requests/{id}`. */
  readonly path: string;
  readonly access: A;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** A page or one of its files: served, but not in the document. */
  readonly isPage?: boolean;
  /** Asked for more often than all others together: answered ahead of Express. */
  readonly isShortcut?: boolean;
  /** Anybody may call it as often as they like. */
  readonly isUncounted?: boolean;
  /** What does not fit is an unknown address: 404. */
  readonly params?: P;
  readonly query?: Q;
  /** With `SIGNED` access the handler reads it itself: the schema is for the document. */
  readonly body?: DocumentedBody<B>;
  /** What the call creates, if anything. */
  readonly creates?: IdPrefix;
  /** Its answers are stored nowhere: a repeat with the same `Idempotency-Key` runs again, with the same `resourceId`. */
  readonly isSecret?: boolean;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
  /** Besides those that follow from the rest (openapi.ts). */
  readonly problems?: readonly ProblemCode[];
  handle(call: Call<A, P, Q, B>): Promise<Answer>;
}

/** Gives a handler the types of its route's schemas. */
export function defineRoute<
  const A extends Access,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends z.ZodType | undefined = undefined,
>(route: Route<A, P, Q, B>): Route {
  return route;
}

/** Whether repeats with the same `Idempotency-Key` get the first answer. */
export const isIdempotent = (route: Route): boolean => route.method === 'post' && Array.isArray(route.access);
