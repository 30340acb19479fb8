/** A product's address, given where its ASIN is asked for. */
import type { Page } from 'playwright-core';
import { consoleScene, save } from './console-scene';

const scene = consoleScene();

/** Pastes into the field that has the focus; what the page does not take itself, the browser would put there. */
const paste = (page: Page, text: string) =>
  page.evaluate<boolean>(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    return document.activeElement.dispatchEvent(event);
  })()`);
const LONG = `https://www.amazon.com/${'Works-with-Alexa-Lamp-'.repeat(6)}/dp/B07N4M94X4/ref=sr_1_1?th=1`;

test('what is pasted as the address of the product’s page is its ASIN', async () => {
  const page = await scene.open('maker', '/badge-requests/new');
  const field = page.getByLabel('ASIN', { exact: true });
  for (const [address, asin] of [
    [LONG, 'B07N4M94X4'],
    ['https://www.amazon.co.jp/gp/product/B0NLSTRP01?psc=1', 'B0NLSTRP01'],
    ['amazon.de/dp/b0nlbulb01', 'B0NLBULB01'],
  ] as const) {
    await field.focus();
    expect(await paste(page, address)).toBe(false);
    expect(await field.inputValue()).toBe(asin);
  }
  for (const other of [
    'B07N4M94X4',
    'https://www.amazon.com/dp/B07N4M94X45',
    'https://shop.example/dp/B07N4M94X4',
  ])
    expect([other, await paste(page, other)]).toEqual([other, true]);

  await field.fill('https://www.amazon.com/Lamp/dp/B0NLPLUG01/');
  await field.press('Tab');
  expect(await field.inputValue()).toBe('B0NLPLUG01');
  await save(page);
  const [id] = /br_\w+/.exec(page.url()) ?? [];
  expect((await scene.requests.read(id ?? '')).body['asin']).toBe('B0NLPLUG01');
});

test('nor is an address too long for the search', async () => {
  const page = await scene.open('reviewer', '/badge-requests');
  await page.getByLabel('ASIN').focus();
  await paste(page, LONG);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?asin=B07N4M94X4$/);
});
