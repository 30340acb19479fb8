/** `node dist/dev/identity-provider/main.js`: listens on loopback, at the port of the issuer, with what it is told. */
import { z } from 'zod';
import { LOOPBACK } from '../free-port';
import { account, client, createIdentityServer } from './provider';

const settings = z.strictObject({
  issuer: z.url(),
  client,
  accounts: z.array(account),
  signingKey: z.record(z.string(), z.string()),
});
export type IdentitySettings = z.output<typeof settings>;

function main(): void {
  if (process.env['NODE_ENV'] === 'production')
    throw new Error('This provider is for demonstration: in production set OIDC_ISSUER.');
  // Not by arguments, which every user of the machine can read.
  const { issuer, ...rest } = settings.parse(JSON.parse(process.env['IDENTITY_SETTINGS'] ?? '{}'));
  const server = createIdentityServer(issuer, rest);
  server.once('error', (error) => {
    console.error(error);
    process.exit(1);
  });
  server.listen(Number(new URL(issuer).port), LOOPBACK, () => process.send?.('ready'));
  const end = () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  // Whoever has started it is gone.
  process.once('disconnect', end);
}

main();
