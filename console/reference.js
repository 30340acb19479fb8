// What the codes of the API are called, as its reference data says.
import { read } from './session.js';

const lists = {
  marketplaces: 'marketplaces',
  reasons: 'reason-codes',
  devices: 'bundle-devices',
  programs: 'programs',
};
/** By list and code; the same for every page that is shown. */
const entries = {};

/** To be awaited before a page is drawn. */
export async function loadReference() {
  await Promise.all(
    Object.entries(lists).map(async ([name, path]) => {
      const { data } = await read(`/v1/${path}`);
      entries[name] = new Map(data.map((entry) => [entry.code, entry]));
    }),
  );
}

const named = (list, member) => (code) => entries[list]?.get(code)?.[member] ?? code;

export const marketplaceName = named('marketplaces', 'name');
/** The address of a product's page there; undefined while it has no ASIN. */
export const detailPageIn = (code, asin) =>
  asin === null
    ? undefined
    : entries.marketplaces?.get(code)?.detailPage?.replace('{asin}', encodeURIComponent(asin));
export const marketplaceNames = (codes) => codes.map(marketplaceName).join(', ');
/** Of more than can be read in passing only how many they are, where their names stand elsewhere. */
export const marketplacesInShort = (codes) =>
  codes.length > 4 ? `${codes.length} marketplaces` : marketplaceNames(codes);
export const reasonTitle = named('reasons', 'title');
export const reasonTitles = (codes) => codes.map(reasonTitle).join('; ');
export const deviceName = named('devices', 'name');
export const programName = named('programs', 'name');

const all = (list) => [...(entries[list]?.values() ?? [])];

/** What a reviewer may choose from. */
export const reviewersReasons = () => all('reasons').filter(({ reviewerMayPick }) => reviewerMayPick);

/** What a maker may choose from beside products. */
export const makersChoices = () => ({
  programs: all('programs'),
  devices: all('devices'),
  marketplaces: all('marketplaces'),
});
