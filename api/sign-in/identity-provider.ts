/** The OpenID provider that people sign in at: authorization code flow with PKCE, state and nonce. */
import * as openid from 'openid-client';
import { z } from 'zod';
import type { Identity } from '../../db/identities';
import { fetchBounded } from './bounded-fetch';

/** What the browser keeps while somebody is away at the provider; each is good for one sign-in. */
export const signInProofs = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() });
export type SignInProofs = z.output<typeof signInProofs>;

/**
 * Why nobody was signed in: the provider does not answer or not as it should, did not let them in, or what came back
 * does not belong to what was begun.
 */
export type SignInFailure = 'OUT_OF_ORDER' | 'REFUSED' | 'INTERRUPTED';
export class SignInError extends Error {
  constructor(
    readonly failure: SignInFailure,
    cause: unknown,
  ) {
    super(`Signing in failed: ${failure}`, { cause });
    this.name = 'SignInError';
  }
}

export interface IdentityProvider {
  /**
   * Where to send somebody who wants to sign in.
   * @param anew whether the provider asks who they are although it knows
   * @throws {SignInError} OUT_OF_ORDER
   */
  begin(anew: boolean): Promise<{ readonly url: string; readonly proofs: SignInProofs }>;
  /**
   * Who has come back.
   * @param answer the query that they came back with
   * @throws {SignInError}
   */
  complete(
    answer: URLSearchParams,
    proofs: SignInProofs,
  ): Promise<{ readonly identity: Identity; readonly idToken: string }>;
  /** Where to send somebody who wants to sign out; null when the provider offers nothing, or does not answer as it should. */
  end(idToken: string): Promise<string | null>;
}

export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, which PKCE alone protects. */
  readonly clientSecret?: string | undefined;
  /** Our own addresses, as the provider knows them: where people come back to after signing in, and out. */
  readonly callbackUrl: string;
  readonly signedOutUrl: string;
}

/** Longest that one call to the provider may take. */
const CALL_SECONDS = 10;
const SCOPE = 'openid email';

/**
 * Asks the issuer for its addresses when they are first needed, and again after everything that goes wrong with it: what it
 * has said of itself may be why.
 */
export function createIdentityProvider(options: ProviderOptions): IdentityProvider {
  let found: Promise<openid.Configuration> | undefined;
  const discover = async () => {
    found ??= openid.discovery(
      new URL(options.issuer),
      options.clientId,
      undefined,
      options.clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(options.clientSecret),
      {
        timeout: CALL_SECONDS,
        [openid.customFetch]: fetchBounded,
        // The configuration lets in plain HTTP on this machine only.
        execute: options.issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [],
      },
    );
    try {
      return await found;
    } catch (error) {
      throw outOfOrder(error);
    }
  };
  const outOfOrder = (error: unknown) => {
    found = undefined;
    return new SignInError('OUT_OF_ORDER', error);
  };

  return {
    async begin(anew) {
      const provider = await discover();
      const proofs = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
      };
      const challenge = await openid.calculatePKCECodeChallenge(proofs.verifier);
      try {
        const url = openid.buildAuthorizationUrl(provider, {
          redirect_uri: options.callbackUrl,
          scope: SCOPE,
          state: proofs.state,
          nonce: proofs.nonce,
          code_challenge: challenge,
          code_challenge_method: 'S256',
          ...(anew && { prompt: 'login' }),
        });
        return { url: url.href, proofs };
      } catch (error) {
        throw outOfOrder(error);
      }
    },

    async complete(answer, { state, nonce, verifier }) {
      const provider = await discover();
      const url = new URL(options.callbackUrl);
      url.search = answer.toString();
      try {
        const tokens = await openid.authorizationCodeGrant(provider, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined || tokens.id_token === undefined) throw new Error('There is no ID token.');
        const { iss: issuer, sub: subject } = claims;
        const readEmail = async () => {
          const isElsewhere =
            claims['email'] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined;
          if (!isElsewhere) return confirmedEmail(claims);
          const found = openid.fetchUserInfo(provider, tokens.access_token, subject);
          return confirmedEmail(
            await found.catch((error: unknown) => {
              throw outOfOrder(error);
            }),
          );
        };
        return { identity: { issuer, subject, readEmail }, idToken: tokens.id_token };
      } catch (error) {
        const failure = failureOf(error);
        throw failure === 'OUT_OF_ORDER' ? outOfOrder(error) : new SignInError(failure, error);
      }
    },

    async end(idToken) {
      try {
        const provider = await discover();
        if (provider.serverMetadata().end_session_endpoint === undefined) return null;
        return openid.buildEndSessionUrl(provider, {
          id_token_hint: idToken,
          post_logout_redirect_uri: options.signedOutUrl,
        }).href;
      } catch {
        // Whoever signs out is out here, whatever the provider says of itself.
        return null;
      }
    },
  };
}

const confirmed = z.object({ email: z.string(), email_verified: z.literal(true) });
const confirmedEmail = (claims: unknown) => confirmed.safeParse(claims).data?.email ?? null;

function failureOf(error: unknown): SignInFailure {
  if (error instanceof openid.AuthorizationResponseError) return 'REFUSED';
  // A code that was used before, or is too old.
  if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') return 'INTERRUPTED';
  return isOfAnotherSignIn(error) ? 'INTERRUPTED' : 'OUT_OF_ORDER';
}

/** How the client says that an answer is without what was begun, or has something else; of a malformed one it names no parameters. */
const unfit = z.union([
  z.object({ code: z.literal('OAUTH_JWT_CLAIM_COMPARISON_FAILED') }),
  z.object({
    code: z.literal('OAUTH_INVALID_RESPONSE'),
    cause: z.object({ cause: z.object({ parameters: z.instanceof(URLSearchParams) }) }),
  }),
]);
const isOfAnotherSignIn = (error: unknown) => unfit.safeParse(error).success;

const ownCode = z.object({ error: z.string().regex(/^[a-z_]{1,64}$/) }).transform(({ error }) => error);
const coded = z.union([
  ownCode,
  // In a challenge of `WWW-Authenticate`.
  z
    .object({ cause: z.tuple([z.object({ parameters: ownCode })]).rest(z.unknown()) })
    .transform(({ cause }) => cause[0].parameters),
  z.object({ code: z.string() }).transform(({ code }) => code),
  z.object({ cause: z.object({ code: z.string() }) }).transform(({ cause }) => cause.code),
]);

/** For the log: the provider's own code for what went wrong, or the client's, or the system's; never a text. */
export const codeOf = ({ cause }: SignInError): string | undefined => coded.safeParse(cause).data;
