import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProductDatabase, NoDatabaseError } from '../../rehearsal/product-database';
import { readOpenRequests, UnreadableDatabaseError } from '../../rehearsal/open-requests';
import { makeScratchFolder } from '../dev/scratch-folder';

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: folder, remove } = await makeScratchFolder());
});
afterEach(() => remove());

const url = 'postgres://user:pw@db.example/badges';
const running = JSON.stringify({ url: 'http://127.0.0.1:8080', database: { url } });

it('rehearses the database that is named', async () => {
  await writeFile(join(folder, 'run.json'), running);
  const named = 'postgres://user:pw@other.example/badges';
  expect(await findProductDatabase({ DATABASE_URL: named, DATA_DIR: folder }, '/')).toBe(named);
});

it('rehearses the running product where none is named', async () => {
  await writeFile(join(folder, 'run.json'), running);
  expect(await findProductDatabase({ DATABASE_URL: '', DATA_DIR: folder }, '/')).toBe(url);
});

it.each([
  ['nothing runs', null],
  ['what runs names no database', '{"url": "http://127.0.0.1:8080"}'],
  ['the file is cut off', '{"url": '],
])('says what to do when %s', async (_, content) => {
  if (content !== null) await writeFile(join(folder, 'run.json'), content);
  const finding = findProductDatabase({ DATA_DIR: folder }, '/');
  await expect(finding).rejects.toThrow(NoDatabaseError);
  await expect(finding).rejects.toThrow('Set DATABASE_URL to the database of the service, or start it.');
});

it('refuses a DATABASE_URL that is none', async () => {
  await expect(findProductDatabase({ DATABASE_URL: 'db.example' }, '/')).rejects.toThrow(
    /DATABASE_URL must be a URL/,
  );
});

it('says in a sentence that a database cannot be read, without its address', async () => {
  const other = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  other.pathname = '/postgres';
  const reading = readOpenRequests(other.href);
  await expect(reading).rejects.toThrow(UnreadableDatabaseError);
  await expect(reading).rejects.toThrow('relation "badge_requests" does not exist');
  await expect(reading).rejects.not.toThrow(other.password);
});
