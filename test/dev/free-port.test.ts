import { createServer } from 'node:net';
import { freePorts, isFree, LOOPBACK, nextFreePort } from '../../dev/free-port';

/** Linux makes its own connections from here on: net.ipv4.ip_local_port_range. */
const OUTGOING_FROM = 32_768;

test('free ports are different, free, and none that an outgoing connection may take meanwhile', async () => {
  const ports = await freePorts(50);
  expect(new Set(ports).size).toBe(50);
  expect(Math.max(...ports)).toBeLessThan(OUTGOING_FROM);
  expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true));
});

test('a port that is taken is not free, and the next one is found', async () => {
  const [wanted = 0] = await freePorts(1);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(wanted, LOOPBACK, resolve));
  expect(await isFree(wanted)).toBe(false);
  expect(await nextFreePort(wanted)).toBeGreaterThan(wanted);
  await new Promise((resolve) => taken.close(resolve));
  expect(await isFree(wanted)).toBe(true);
});
