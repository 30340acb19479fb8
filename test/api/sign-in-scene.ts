/** The API and the embedded identity provider that its people sign in at, for the tests of one file. */
import type { Account } from '../../dev/identity-provider/provider';
import { startIdentityProvider, type RunningProvider } from '../setup/identity-provider';
import { Visitor } from '../setup/visitor';
import { startApi, type Api } from './api-server';

export const password = 'a password of the tests';
const account = (subject: string, email: string, rest: Partial<Account> = {}): Account => ({
  subject,
  name: subject,
  email,
  isConfirmed: true,
  password,
  ...rest,
});
export const accounts = [
  account('one', 'Maker@people.example'),
  account('two', 'reviewer@people.example'),
  account('nobody', 'nobody@people.example'),
  account('unconfirmed', 'viewer@people.example', { isConfirmed: false }),
];

export interface SignInScene {
  api: Api;
  /** A test may put another one in its place. */
  provider: RunningProvider;
  newVisitor(): Visitor;
}

/** Starts both before the file's tests and ends them afterwards. */
export function signInScene(): SignInScene {
  const scene = { newVisitor: () => new Visitor(scene.api.url) } as SignInScene;
  beforeAll(async () => {
    scene.api = await startApi({
      deps: async (url) => {
        scene.provider = await startIdentityProvider(url, accounts);
        return { identityProvider: scene.provider.clientFor(url) };
      },
    });
  });
  afterAll(async () => {
    await scene.api.close();
    await scene.provider.close();
  });
  return scene;
}
