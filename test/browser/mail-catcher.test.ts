/** The page of the embedded mail catcher, in a real browser. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults } from '../../dev/mail-catcher/faults';
import { openMailStore } from '../../dev/mail-catcher/mail-store';
import { createMailPages } from '../../dev/mail-catcher/web';
import { makeScratchFolder } from '../dev/scratch-folder';
import { startBrowser } from './browser';

test('a mail runs nothing, and its link opens what it leads to in a tab of its own', async () => {
  const { path: folder, remove } = await makeScratchFolder();
  const store = await openMailStore(folder);
  const server = createServer(createMailPages({ store, faults: createFaults() })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started = await startBrowser();
  try {
    const html = `<p>Hello</p><script>document.body.append('It ran')</script><a href="${url}/mail.css">Open the request</a>`;
    const head = 'From: a@b.example\r\nSubject: Linked\r\nContent-Type: text/html\r\n\r\n';
    await store.add(Buffer.from(head + html), ['maker@one.example'], new Date());
    const page = await started.browser.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Linked' }).click();
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      page.frameLocator('iframe').getByRole('link', { name: 'Open the request' }).click(),
    ]);
    await opened.waitForLoadState();
    expect(opened.url()).toBe(`${url}/mail.css`);
    expect(await opened.locator('body').innerText()).toContain('iframe');
    expect(await page.frameLocator('iframe').locator('body').innerText()).toBe('Hello\n\nOpen the request');
  } finally {
    await started.close();
    server.close();
    await once(server, 'close');
    await remove();
  }
});
