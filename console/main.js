// Shows the page that the address names, to whoever has signed in. Draws what the API answers and decides nothing.
import { announce } from './announce.js';
import { drawCalendarPage } from './calendar-page.js';
import { drawDraftPage, drawNewPage } from './draft-page.js';
import { drawFailure, drawNotFound } from './failure.js';
import { entitle } from './heading.js';
import { drawListPage } from './list-page.js';
import { drawNextReviewPage } from './next-review.js';
import { drawNavigation, drawPerson, forgetPerson, readPerson } from './person.js';
import { returnToPlace } from './place.js';
import { loadReference } from './reference.js';
import { drawRequestPage } from './request-page.js';
import { isStillTheirs, signInAddress, signOut, useToken } from './session.js';
import { drawSuspensionsPage } from './suspensions-page.js';
import { drawWebhooksPage } from './webhooks-page.js';

const byId = (id) => document.getElementById(id);

/** The first whose address it is. */
const pages = [
  [/^\/calendar$/, (me) => drawCalendarPage(me)],
  [/^\/program-suspensions$/, (me) => drawSuspensionsPage(me)],
  [/^\/webhooks$/, (me) => drawWebhooksPage(me)],
  [/^\/badge-requests$/, (me) => drawListPage(me)],
  [/^\/badge-requests\/new$/, (me) => drawNewPage(me)],
  [/^\/badge-requests\/next-review$/, () => drawNextReviewPage()],
  [/^\/badge-requests\/([^/]+)$/, (me, id) => drawRequestPage(id, me)],
  [/^\/badge-requests\/([^/]+)\/edit$/, (_me, id) => drawDraftPage(id)],
];

/** A slash at the end means nothing: without it the address is the same to all that compare it. */
function dropLastSlash() {
  const address = new URL(location.href);
  address.pathname = address.pathname.replace(/\/$/, '');
  if (address.href !== location.href) history.replaceState(null, '', address);
}

function pageOf(pathname, me) {
  for (const [address, drawPage] of pages) {
    const found = address.exec(pathname);
    if (found) return drawPage(me, found[1]);
  }
  return drawNotFound();
}

async function show() {
  announce('Loading …');
  try {
    const [me] = await Promise.all([readPerson(showPerson), loadReference()]);
    showPage(await pageOf(location.pathname, me));
    announce('');
    focusNamed();
  } catch (error) {
    announce(error.message);
    if (error.status === 401) askWho(error);
    else showPage(drawFailure(error, showAgain));
  }
}

function showPage({ title, parts }) {
  entitle(title);
  byId('content').replaceChildren(...parts.filter((part) => part !== undefined));
}

/** What the address leads to inside the page is there only now. */
const focusNamed = () => location.hash !== '' && byId(location.hash.slice(1))?.focus();

/** What asked for it is gone then: the focus goes to where the page begins, unless it was led elsewhere. */
async function showAgain() {
  await show();
  if (document.activeElement === document.body) byId('title').focus();
}

function showPerson(me) {
  byId('person').replaceChildren(...drawPerson(me, leave));
  byId('navigation').replaceChildren(...drawNavigation(me, byId('home')));
}

async function leave({ currentTarget: button }) {
  button.disabled = true;
  try {
    const next = await signOut();
    forgetPerson();
    location.assign(next);
  } catch (error) {
    announce(error.message);
    button.disabled = false;
  }
}

/** Nothing to be told of who has not said yet who they are. */
function askWho(error) {
  announce(error.problem.code === 'SIGNED_OUT' ? '' : error.message);
  byId('sign-in-link').href = signInAddress();
  byId('sign-in').hidden = false;
  byId('sign-in-link').focus();
}

byId('with-token').addEventListener('submit', (event) => {
  event.preventDefault();
  useToken(byId('token').value);
  byId('token').value = '';
  byId('sign-in').hidden = true;
  void showAgain();
});

/** A page that the browser has kept whole shows what was so when it was left. */
addEventListener('pageshow', async ({ persisted }) => {
  if (!persisted) return;
  if (!(await isStillTheirs())) location.reload();
  // What can be typed into stays, and a request's page looks again by itself.
  else if (byId('content').querySelector('textarea, [novalidate]') === null) void show();
});

dropLastSlash();
void show().then(returnToPlace);
