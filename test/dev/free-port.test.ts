import { createServer } from 'node:net';
import { freePorts, isFree, LOOPBACK, takePort } from '../../dev/free-port';

/** Linux makes its own connections from here on: net.ipv4.ip_local_port_range. */
const OUTGOING_FROM = 32_768;

test('free ports are different, free, and none that an outgoing connection may take meanwhile', async () => {
  const ports = await freePorts(50);
  expect(new Set(ports).size).toBe(50);
  expect(Math.max(...ports)).toBeLessThan(OUTGOING_FROM);
  expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true));
});

test('a port that is taken is not free, and the next one is taken in its place, which is said', async () => {
  const said: string[] = [];
  const take = (port: number) => takePort(port, (line) => said.push(line));
  const [wanted = 0] = await freePorts(1);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(wanted, LOOPBACK, resolve));
  expect(await isFree(wanted)).toBe(false);
  const next = await take(wanted);
  expect(next).toBeGreaterThan(wanted);
  expect(said.splice(0)).toEqual([`Port ${wanted} is busy, ${next} is taken in its place`]);
  await new Promise((resolve) => taken.close(resolve));
  expect(await isFree(wanted)).toBe(true);
  expect(await take(wanted)).toBe(wanted);
  expect(await take(0)).toBeGreaterThan(0);
  expect(said).toEqual([]);
});
