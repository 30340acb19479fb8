/** The OpenID provider that people sign in at: authorization code flow with PKCE, state and nonce. */
import * as openid from 'openid-client';
import { z } from 'zod';
import type { Identity } from '../../db/identities';

/** What the browser keeps while somebody is away at the provider; each is good for one sign-in. */
export const signInProofs = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() });
export type SignInProofs = z.output<typeof signInProofs>;

/** Why nobody was signed in: the provider does not answer, did not let them in, or its answer does not fit. */
export type SignInFailure = 'UNREACHABLE' | 'REFUSED' | 'UNFIT';
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
   * @throws {SignInError} UNREACHABLE
   */
  begin(): Promise<{ readonly url: string; readonly proofs: SignInProofs }>;
  /**
   * Who has come back.
   * @param answer the query that they came back with
   * @throws {SignInError}
   */
  complete(
    answer: URLSearchParams,
    proofs: SignInProofs,
  ): Promise<{ readonly identity: Identity; readonly idToken: string }>;
  /** Where to send somebody who wants to sign out; null when the provider offers nothing, or does not answer. */
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

/** Asks the issuer for its addresses when they are first needed, and again for as long as it does not answer. */
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
        // The configuration lets in plain HTTP on this machine only.
        execute: options.issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [],
      },
    );
    try {
      return await found;
    } catch (error) {
      found = undefined;
      throw new SignInError('UNREACHABLE', error);
    }
  };

  return {
    async begin() {
      const provider = await discover();
      const proofs = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
      };
      const url = openid.buildAuthorizationUrl(provider, {
        redirect_uri: options.callbackUrl,
        scope: SCOPE,
        state: proofs.state,
        nonce: proofs.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(proofs.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, proofs };
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
        const about =
          claims['email'] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined
            ? await openid.fetchUserInfo(provider, tokens.access_token, subject)
            : claims;
        return { identity: { issuer, subject, email: confirmedEmail(about) }, idToken: tokens.id_token };
      } catch (error) {
        throw new SignInError(failureOf(error), error);
      }
    },

    async end(idToken) {
      const provider = await discover().catch(() => null);
      if (provider?.serverMetadata().end_session_endpoint === undefined) return null;
      return openid.buildEndSessionUrl(provider, {
        id_token_hint: idToken,
        post_logout_redirect_uri: options.signedOutUrl,
      }).href;
    },
  };
}

const confirmed = z.object({ email: z.string(), email_verified: z.literal(true) });
const confirmedEmail = (claims: unknown) => confirmed.safeParse(claims).data?.email ?? null;

function failureOf(error: unknown): SignInFailure {
  if (error instanceof openid.AuthorizationResponseError) return 'REFUSED';
  const isAway =
    (error instanceof TypeError && error.message === 'fetch failed') ||
    (error instanceof openid.ClientError && error.code === 'OAUTH_TIMEOUT');
  return isAway ? 'UNREACHABLE' : 'UNFIT';
}
