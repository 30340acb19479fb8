/** The embedded identity provider, on a free port, with the people whom a test names. */
import { once } from 'node:events';
import { createIdentityProvider, type IdentityProvider } from '../../api/sign-in/identity-provider';
import { freePort } from '../../dev/free-port';
import { makeSigningKey } from '../../dev/secrets';
import type { Account } from '../../dev/identity-provider/provider';

const signingKey = makeSigningKey();

type Program = typeof import('../../dev/identity-provider/provider');

export interface RunningProvider {
  readonly issuer: string;
  /** The product's own client of it. */
  clientFor(publicUrl: string, secret?: string): IdentityProvider;
  close(): Promise<void>;
}

/**
 * @param publicUrl of the API whose people sign in there
 * @param port of one that ran before
 */
export async function startIdentityProvider(
  publicUrl: string,
  accounts: readonly Account[],
  port?: number,
): Promise<RunningProvider> {
  const ownPort = port ?? (await freePort());
  const issuer = `http://127.0.0.1:${ownPort}`;
  const client = { id: 'badge-requests', secret: 'a secret of the tests' };
  // That it is for demonstration, and which Node it prefers, it says at every start.
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { createIdentityServer } = jest.requireActual<Program>('../../dev/identity-provider/provider');
  const server = createIdentityServer(issuer, {
    client: {
      ...client,
      callbackUrl: `${publicUrl}/auth/callback`,
      signedOutUrl: `${publicUrl}/badge-requests`,
    },
    accounts,
    signingKey,
  });
  warnings.mockRestore();
  server.listen(ownPort, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer,
    clientFor: (own, secret = client.secret) =>
      createIdentityProvider({
        issuer,
        clientId: client.id,
        clientSecret: secret,
        callbackUrl: `${own}/auth/callback`,
        signedOutUrl: `${own}/badge-requests`,
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
