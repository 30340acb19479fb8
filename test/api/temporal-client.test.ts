import { openTemporalClient } from '../../api/temporal-client';
import { freePort, LOOPBACK } from '../../dev/free-port';

it('says why Temporal does not answer, once for each call, before the call has had its time', async () => {
  const address = `${LOOPBACK}:${await freePort()}`;
  const reasons: string[] = [];
  const { client, connection } = openTemporalClient({ address }, 'badge-requests', (why) =>
    reasons.push(why),
  );
  const ask = () => client.workflowService.describeNamespace({ namespace: 'badge-requests' });
  for (let calls = 0; calls < 2; calls++)
    await expect(client.withDeadline(Date.now() + 500, ask)).rejects.toThrow('DEADLINE_EXCEEDED');
  await connection.close();
  expect(reasons).toHaveLength(2);
  for (const why of reasons) expect(why).toContain(`ECONNREFUSED ${address}`);
});
