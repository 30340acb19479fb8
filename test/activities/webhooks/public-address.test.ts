/** Where makers may not have us call: what only our own network reaches. */
import { isPublicAddress, lookUpPublic } from '../../../activities/webhooks/public-address';
import { createPoster } from '../../../activities/webhooks/post';
import { testEvent } from '../../../domain/webhooks';
import { startReceiver, type Receiver } from './receiver';

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.7', '203.0.113.9'],
  ...['224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1'],
  ...[
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:a00:1::',
    '3fff::1',
    'nonsense',
  ],
])('%s is no address of the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
  '%s is one',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

const lookUp = (options: { all?: boolean }) =>
  new Promise((resolve) => {
    lookUpPublic('localhost', options, (error, addresses) => resolve(error?.code ?? addresses));
  });

test.each([{}, { all: true }])('a name that leads to this machine is refused: %j', async (options) => {
  expect(await lookUp(options)).toBe('ADDRESS_NOT_PUBLIC');
});

describe('a call', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());
  const poster = createPoster({ allowLocal: false, answerWithinMs: 2_000 });
  afterAll(() => poster.close());

  // WHATWG URLs make one form of the many that an IPv4 address can be written in.
  test.each([
    ...['http://127.0.0.1', 'https://127.0.0.1', 'https://127.1', 'https://2130706433', 'https://0x7f.1'],
    ...['https://[::1]', 'https://[::ffff:7f00:1]', 'https://localhost', 'https://localhost.'],
  ])('to %s is never made', async (origin) => {
    const url = `${origin}:${receiver.port}/`;
    const event = testEvent('wep_1', '2027-01-15T08:00:00.000Z');
    const attempt = await poster.post({
      url,
      id: 'whe_1',
      event,
      at: new Date(),
      secrets: ['whsec_c2VjcmV0'],
    });
    expect(attempt).toMatchObject({ answer: null, failure: 'ADDRESS_NOT_PUBLIC' });
    expect(receiver.connections()).toBe(0);
  });
});
