/** The API with a worker behind it, for the tests of one file. */
import { createWorld, type World } from '../setup/request-world';
import { startApi, type Api } from './api-server';
import { requestCalls, type RequestCalls } from './request-calls';

export interface WorkedApi {
  world: World;
  api: Api;
  requests: RequestCalls;
}

/** Starts both before the file's tests and ends them afterwards; before each test every check says yes. */
export function workedApi(): WorkedApi {
  const worked = {} as WorkedApi;
  beforeAll(async () => {
    worked.world = await createWorld();
    worked.api = await startApi({ world: worked.world });
    worked.requests = requestCalls(worked.api);
  });
  afterAll(async () => {
    await worked.api.close();
    await worked.world.close();
  });
  beforeEach(() => {
    worked.world.outside.check = () => 'YES';
  });
  return worked;
}
