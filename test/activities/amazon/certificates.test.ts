/** Servers that cannot prove who they are are told nothing. */
import { createServer, request, type Server } from 'node:https';
import { CallLaterError } from '../../../activities/amazon/call-later';
import { demoSkillIds } from '../../../dev/stand-ins/skill-shelf';
import { startStandIns, type StandIns } from '../../../dev/stand-ins/start';
import { marketplaceByCode } from '../../../domain/marketplaces';
import { createSelfSigned } from '../../setup/self-signed';
import { callsTo, catalogOf, skillsOf } from './stand-in-clients';

const us = marketplaceByCode('US');

let standIns: StandIns;
let impostor: Server;
let url: string;
let connections: number;
let heard: string[];
beforeEach(async () => {
  standIns = await startStandIns({ retailPort: 0, skillsPort: 0, rateLimits: false, answerAtOnce: true });
  connections = 0;
  heard = [];
  impostor = createServer(createSelfSigned('127.0.0.1'), (call, response) => {
    heard.push(`${call.method} ${call.url}`);
    response.end('{}');
  });
  impostor.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  const address = impostor.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  url = `https://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  impostor.closeAllConnections();
  await new Promise((resolve) => impostor.close(resolve));
  await standIns.close();
});

test.each<[string, () => Promise<unknown>[]]>([
  ['a catalogue', () => [catalogOf(standIns, { endpoint: url }).lookUp('B0NLBULB01', us)]],
  [
    'a catalogue asked for several ASINs',
    () => {
      const catalog = catalogOf(standIns, { endpoint: url });
      return ['B0NLBULB01', 'B0NLPLUG01'].map((asin) => catalog.lookUp(asin, us));
    },
  ],
  [
    'a token endpoint',
    () => [catalogOf(standIns, { tokenUrl: `${url}/auth/o2/token` }).lookUp('B0NLBULB01', us)],
  ],
  [
    'a skill store',
    () => [
      skillsOf(standIns, { endpoint: url }).lookUp({
        skillId: demoSkillIds.lights,
        vendorId: 'MNORTHLIGHT001',
      }),
    ],
  ],
])('%s with a certificate of its own making is asked again later, and hears nothing', async (_name, ask) => {
  for (const end of await Promise.allSettled(ask())) {
    const error: unknown = end.status === 'rejected' ? end.reason : null;
    expect(error).toBeInstanceOf(CallLaterError);
    expect(String(error)).toMatch(/could not be reached\.$/);
  }
  expect(connections).toBeGreaterThan(0);
  expect(heard).toEqual([]);
  expect(await callsTo(standIns.retail.url, '/catalog/2022-04-01/items/:asin')).toEqual({});
});

test('the impostor would answer whoever does not look at its certificate', async () => {
  const status = await new Promise((resolve, reject) => {
    const call = request(url, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject).end();
  });
  expect(status).toBe(200);
  expect(heard).toEqual(['GET /']);
});
