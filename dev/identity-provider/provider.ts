/** The OpenID provider of a machine where nothing else is installed: it knows the demo people and one client. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Provider, { interactionPolicy, type Configuration, type JWK } from 'oidc-provider';
import { z } from 'zod';
import { failurePage, loginPage, pageHeaders, signedOutPage, signOutPage } from './pages';

/** Somebody who may sign in. */
export const account = z.strictObject({
  /** The provider's own name for them. */
  subject: z.string().min(1),
  name: z.string(),
  email: z.string(),
  /** Whether they have shown that the address is theirs. */
  isConfirmed: z.boolean(),
  password: z.string().min(1),
});
export type Account = z.output<typeof account>;

export const client = z.strictObject({
  id: z.string().min(1),
  /** Null: a public client. */
  secret: z.string().min(1).nullable(),
  callbackUrl: z.url(),
  signedOutUrl: z.url(),
});
export type Client = z.output<typeof client>;

const INTERACTION = /^\/sign-in\/[\w-]+$/;
const MAXIMUM_FORM_BYTES = 4_096;
const form = z.object({ email: z.string(), password: z.string() });

/** What the provider knows. */
export interface Knowledge {
  readonly client: Client;
  readonly accounts: readonly Account[];
  /** What it signs with, a private JWK. */
  readonly signingKey: Readonly<Record<string, string>>;
}

/**
 * Makes the provider, to be listened with. Who is signed in at it is forgotten with its end.
 * @param issuer its own address
 */
export function createIdentityServer(issuer: string, knowledge: Knowledge): Server {
  const { accounts, client } = knowledge;
  const provider = new Provider(issuer, configure(knowledge));
  // It tells its own troubles to whoever listens; the log is for what nobody expects.
  provider.on('server_error', (_context, error) => console.error(error));
  const serve = provider.callback();
  return createServer((request, response) => {
    if (!INTERACTION.test(request.url ?? '')) return void serve(request, response);
    signIn(provider, accounts, request, response).catch((error: unknown) => {
      const isOver = error instanceof Error && error.name === 'SessionNotFound';
      if (!isOver) console.error(error);
      show(
        response,
        isOver ? 400 : 500,
        failurePage(isOver ? 'This took too long, or is done already.' : '', client.signedOutUrl),
      );
    });
  });
}

function configure({ client, accounts, signingKey }: Knowledge): Configuration {
  return {
    clients: [
      {
        client_id: client.id,
        ...(client.secret === null
          ? { token_endpoint_auth_method: 'none' }
          : { client_secret: client.secret, token_endpoint_auth_method: 'client_secret_basic' }),
        redirect_uris: [client.callbackUrl],
        post_logout_redirect_uris: [client.signedOutUrl],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...(signingKey as unknown as JWK), use: 'sig', alg: 'RS256', kid: 'one' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, subject) => {
      const found = accounts.find((one) => one.subject === subject);
      return (
        found && {
          accountId: subject,
          claims: () => ({
            sub: subject,
            email: found.email,
            email_verified: found.isConfirmed,
            name: found.name,
          }),
        }
      );
    },
    interactions: {
      policy: interactionPolicy.base(),
      url: (_context, { uid }) => `/sign-in/${uid}`,
    },
    // The one client is the product itself: nobody is asked whether it may know who they are.
    async loadExistingGrant({ oidc }) {
      const { client: asking, account: signedIn, provider } = oidc;
      if (asking === undefined || signedIn === undefined) return undefined;
      const grant = new provider.Grant({ clientId: asking.clientId, accountId: signedIn.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => void (context.body = signOutPage(form, client.signedOutUrl)),
        postLogoutSuccessSource: (context) => void (context.body = signedOutPage()),
      },
    },
    renderError(context, { error_description: description = '' }) {
      context.type = 'html';
      context.body = failurePage(description, client.signedOutUrl);
    },
    ttl: { Interaction: 600, Session: 12 * 3600, Grant: 12 * 3600, AccessToken: 600, IdToken: 3600 },
  };
}

/** Asks for mail address and password, as often as it takes. */
async function signIn(
  provider: Provider,
  accounts: readonly Account[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') return show(response, 200, loginPage(uid));
  const given = form.safeParse(Object.fromEntries(await readForm(request)));
  const found = given.success ? find(accounts, given.data) : undefined;
  if (found === undefined)
    return show(response, 401, loginPage(uid, { isWrong: true, email: given.data?.email }));
  await provider.interactionFinished(request, response, { login: { accountId: found.subject } });
}

function find(accounts: readonly Account[], { email, password }: z.output<typeof form>): Account | undefined {
  const found = accounts.find((one) => one.email.toLowerCase() === email.trim().toLowerCase());
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const isRight = timingSafeEqual(digest(found?.password ?? ''), digest(password));
  return isRight ? found : undefined;
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAXIMUM_FORM_BYTES) break;
  }
  return new URLSearchParams(text);
}

function show(response: ServerResponse, status: number, content: string): void {
  response.writeHead(status, pageHeaders);
  response.end(content);
}
