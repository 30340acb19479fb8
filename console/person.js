// Who looks, as the page's head shows them.
import { draw } from './draw.js';
import { readMe } from './session.js';

const KEY = 'person';

/**
 * Who looks. What the tab knew last stands in where the service does not answer, so that one can still sign out and
 * go elsewhere.
 * @param show gets who it is, also when the answer is still a failure
 * @throws what the service refused
 */
export async function readPerson(show) {
  try {
    const me = await readMe();
    sessionStorage.setItem(KEY, JSON.stringify(me));
    show(me);
    return me;
  } catch (error) {
    if (error.status === 401) forgetPerson();
    else if (sessionStorage.getItem(KEY) !== null) show(JSON.parse(sessionStorage.getItem(KEY)));
    throw error;
  }
}

export const forgetPerson = () => sessionStorage.removeItem(KEY);

/** @param leave is called to sign out */
export function drawPerson({ name, organization }, leave) {
  return [
    `${name}${organization === null ? '' : `, ${organization.name}`} `,
    draw('button', { type: 'button', click: leave }, 'Sign out'),
  ];
}

const holds = (address, { path }) => {
  const wanted = new URL(path, address);
  return (
    wanted.pathname === address.pathname &&
    [...wanted.searchParams].every(([name, value]) => address.searchParams.get(name) === value)
  );
};

/** The page of the navigation that is shown, also when it is narrowed further; undefined: none of these. */
export const currentOf = ({ pages }) => pages.find((page) => holds(new URL(location.href), page));

/** @param home the link to all requests, which is the page that is shown where none of the others is */
export function drawNavigation(me, home) {
  const current = currentOf(me);
  const isHome = current === undefined && location.pathname === '/badge-requests';
  if (isHome) home.setAttribute('aria-current', 'page');
  return me.pages.map((page) =>
    draw('a', { href: page.path, ...(page === current && { 'aria-current': 'page' }) }, page.title),
  );
}
