import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { migrateDatabase } from '../../dev/migration';
import { LOOPBACK } from '../../dev/free-port';
import { makeScratchFolder } from './scratch-folder';

describe('the migration of npm start', () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => ({ path: folder, remove } = await makeScratchFolder()));
  afterEach(() => remove());

  it('ends with everything else, also while it waits for a database that says nothing', async () => {
    const script = join(folder, 'migrate.js');
    await writeFile(
      script,
      `const url = new URL(process.env.DATABASE_URL);
       require('net').connect(Number(url.port), url.hostname);`,
    );
    const silent = createServer().listen(0, LOOPBACK);
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const connected = once(silent, 'connection');
    const stopping = new AbortController();
    const migrating = migrateDatabase(
      { ...process.env, DATABASE_URL: `postgres://${LOOPBACK}:${port}/x` },
      stopping.signal,
      script,
    );
    const [socket] = (await connected) as [Socket];
    const gone = once(socket, 'close');
    socket.resume();
    stopping.abort();
    await expect(migrating).rejects.toThrow('cannot be migrated');
    await gone;
    silent.close();
  });

  it('says what the program has said', async () => {
    const script = join(folder, 'migrate.js');
    await writeFile(script, "console.error('no such role'); process.exitCode = 1;");
    const { signal } = new AbortController();
    await expect(migrateDatabase(process.env, signal, script)).rejects.toThrow(
      'The database cannot be migrated: no such role',
    );
  });
});
