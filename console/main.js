// Shows the page that the address names, to whoever has signed in. Draws what the API answers and decides nothing.
import { drawDraftPage } from './draft-page.js';
import { draw, link } from './draw.js';
import { drawListPage } from './list-page.js';
import { loadReference } from './reference.js';
import { drawRequestPage } from './request-page.js';
import { forgetToken, read, signInAddress, signOut, useToken } from './session.js';

const byId = (id) => document.getElementById(id);

/** The page of an address: `/badge-requests`, `…/new`, `…/{id}`, `…/{id}/edit`. */
function pageOf(path) {
  const [, , id, view] = path.split('/');
  if (!id) return drawListPage();
  if (id === 'new') return drawDraftPage(null);
  return view === 'edit' ? drawDraftPage(id) : drawRequestPage(id);
}

async function show() {
  byId('message').textContent = 'Loading …';
  try {
    const [me] = await Promise.all([read('/v1/me'), loadReference()]);
    const { title, parts } = await pageOf(location.pathname);
    byId('person').replaceChildren(
      `${me.name}${me.organization === null ? '' : `, ${me.organization.name}`} `,
      draw('button', { type: 'button', click: leave }, 'Sign out'),
    );
    byId('navigation').replaceChildren(...me.pages.map(({ path, title: text }) => link(path, text)));
    byId('title').textContent = title;
    document.title = title;
    byId('message').textContent = '';
    byId('content').replaceChildren(...parts.filter((part) => part !== undefined));
  } catch (error) {
    byId('message').textContent = error.message;
    if (error.status === 401) askWho(error);
  }
}

async function leave({ currentTarget: button }) {
  button.disabled = true;
  try {
    location.assign(await signOut());
  } catch (error) {
    byId('message').textContent = error.message;
    button.disabled = false;
  }
}

/** Nothing to be told of who has not said yet who they are. */
function askWho(error) {
  byId('message').textContent = forgetToken() ? error.message : '';
  byId('sign-in-link').href = signInAddress();
  byId('sign-in').hidden = false;
  byId('sign-in-link').focus();
}

byId('with-token').addEventListener('submit', (event) => {
  event.preventDefault();
  useToken(byId('token').value.trim());
  byId('token').value = '';
  byId('sign-in').hidden = true;
  void show();
});

void show();
