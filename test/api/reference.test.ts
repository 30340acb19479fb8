/** What the form's fields can be. */
import { startApi } from './api-server';

test.each([
  [undefined, 'https://www.amazon.co.uk/dp/{asin}'],
  ['https://store.example/{marketplace}/{asin}', 'https://store.example/UK/{asin}'],
])(
  'a marketplace says where it shows a product, with detail pages at %s',
  async (detailPageTemplate, expected) => {
    const api = await startApi({ deps: { detailPageTemplate } });
    const { body } = await api.as('viewer')('GET', '/v1/marketplaces');
    const found = (body['data'] as unknown as { code: string }[]).find(({ code }) => code === 'UK');
    expect(found).toMatchObject({ name: 'United Kingdom', detailPage: expected });
    await api.close();
  },
);
