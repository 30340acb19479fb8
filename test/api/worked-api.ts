/** The API with a worker behind it, for the tests of one file. */
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
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

/** Another API on the same, whose updates go another way; its test closes it. */
export function startBeside(
  { world }: WorkedApi,
  startUpdate: NonNullable<WorkflowClientInterceptor['startUpdate']>,
): Promise<Api> {
  const { connection, options } = world.client;
  const interceptors = { workflow: [{ startUpdate }] };
  const client = new Client({ connection, namespace: options.namespace, interceptors });
  return startApi({ world: { ...world, client } });
}
