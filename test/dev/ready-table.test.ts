import { readyTable } from '../../dev/ready-table';
import type { RunFile } from '../../dev/run-file';

const run: RunFile = {
  url: 'http://127.0.0.1:8080',
  people: [],
  certification: { url: 'http://127.0.0.1:8080/v1/certification-events', secret: 'whsec_s' },
  temporal: { address: '127.0.0.1:7233', namespace: 'badge-requests', ui: 'http://127.0.0.1:8233' },
  database: { url: 'postgres://embedded' },
  identityProvider: { issuer: 'http://127.0.0.1:5010' },
  mail: { url: 'http://127.0.0.1:5009', smtp: 'smtp://127.0.0.1:5008' },
  retail: { url: 'http://127.0.0.1:5006', pages: 'http://127.0.0.1:5006' },
  skills: { url: 'http://127.0.0.1:5007' },
  examples: {},
};
const rows = (content: RunFile) => readyTable(content, '/data', 3).split('\n');

describe('the table of npm start', () => {
  it('says where everything embedded is', () => {
    expect(rows(run)).toEqual(
      expect.arrayContaining([
        '  Temporal         http://127.0.0.1:8233',
        '  Mail             http://127.0.0.1:5009',
        '  Retail pages     http://127.0.0.1:5006',
      ]),
    );
  });

  it("takes nobody else's interface for pages that people look at", () => {
    const table = rows({
      ...run,
      mail: { smtp: 'smtp://mail.example' },
      retail: { url: 'https://sellingpartnerapi-na.amazon.com' },
    }).join('\n');
    expect(table).not.toMatch(/Mail|Retail|amazon/);
  });
});
