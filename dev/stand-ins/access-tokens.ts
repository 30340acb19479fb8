import { randomBytes } from 'node:crypto';
import express, { type Router } from 'express';
import { z } from 'zod';

/** One authorisation: whoever has its refresh token and the client's secret acts for it. */
export interface Account {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** Login with Amazon, as far as a program needs it. */
export interface TokenDesk {
  /** `POST /auth/o2/token`, and `/_tokens` to revoke what was given out and to change its lifetime. */
  readonly router: Router;
  /** Whose token this is. */
  check(token: string | undefined): { account: Account } | { refused: 'missing' | 'invalid' | 'expired' };
}

const grant = z.object({
  grant_type: z.string(),
  refresh_token: z.string().optional(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
});
const settings = z.strictObject({ expiresIn: z.number().int().positive() });

/** Gives out access tokens that last an hour, or as long as it is told, and knows them again. */
export function createTokenDesk(accounts: readonly Account[]): TokenDesk {
  const given = new Map<string, { account: Account; until: number }>();
  let expiresIn = 3600;

  const give = (account: Account) => {
    const now = Date.now();
    for (const [token, { until }] of given) if (until < now - 3_600_000) given.delete(token);
    const token = `Atza|${randomBytes(24).toString('base64url')}`;
    given.set(token, { account, until: now + expiresIn * 1000 });
    return token;
  };

  const router = express.Router();
  router.post(
    '/auth/o2/token',
    express.urlencoded({ extended: false }),
    express.json(),
    (request, response) => {
      const refuse = (status: number, error: string, description: string) =>
        response.status(status).json({ error, error_description: description });
      response.set('cache-control', 'no-store');
      const asked = grant.safeParse(request.body);
      if (!asked.success)
        return refuse(400, 'invalid_request', 'The request is missing a required parameter.');
      const { grant_type: type, client_id: id, client_secret: secret, refresh_token: refresh } = asked.data;
      if (type !== 'refresh_token')
        return refuse(400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
      if (id === undefined || secret === undefined || refresh === undefined)
        return refuse(400, 'invalid_request', 'The request is missing a required parameter.');
      const own = accounts.filter((account) => account.clientId === id && account.clientSecret === secret);
      if (own.length === 0) return refuse(401, 'invalid_client', 'Client authentication failed.');
      const account = own.find(({ refreshToken }) => refreshToken === refresh);
      if (account === undefined)
        return refuse(400, 'invalid_grant', 'The request has an invalid grant parameter.');
      return response.json({
        access_token: give(account),
        refresh_token: refresh,
        token_type: 'bearer',
        expires_in: expiresIn,
      });
    },
  );
  router.delete('/_tokens', (_request, response) => {
    given.clear();
    response.sendStatus(204);
  });
  router.put('/_tokens', express.json(), (request, response) => {
    const wanted = settings.safeParse(request.body);
    if (!wanted.success) return response.status(422).json({ issues: wanted.error.issues });
    expiresIn = wanted.data.expiresIn;
    return response.json({ expiresIn });
  });

  return {
    router,
    check(token) {
      if (token === undefined || token === '') return { refused: 'missing' };
      const found = given.get(token);
      if (found === undefined) return { refused: 'invalid' };
      return found.until > Date.now() ? { account: found.account } : { refused: 'expired' };
    },
  };
}
