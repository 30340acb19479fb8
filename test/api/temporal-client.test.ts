import { openTemporalClient } from '../../api/temporal-client';
import { freePort, LOOPBACK } from '../../dev/free-port';

it('says why Temporal does not answer once of a call that is tried until its time is over', async () => {
  const address = `${LOOPBACK}:${await freePort()}`;
  const reasons: string[] = [];
  const { client, connection } = openTemporalClient({ address }, 'badge-requests', (why) =>
    reasons.push(why),
  );
  const ask = () => client.workflowService.describeNamespace({ namespace: 'badge-requests' });
  await expect(client.withDeadline(Date.now() + 3_000, ask)).rejects.toThrow('DEADLINE_EXCEEDED');
  await connection.close();
  expect(reasons).toEqual([expect.stringContaining(`ECONNREFUSED ${address}`)]);
});
