/** The list of mails, and the one that was chosen. */
const form = document.querySelector('#filter');
const list = document.querySelector('#list');
const count = document.querySelector('#count');
const view = document.querySelector('#mail');
const REFRESH_MS = 2000;
let chosen;
let shown = '';

const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const time = (instant) => new Date(instant).toLocaleString();

async function refresh() {
  const query = new URLSearchParams(new FormData(form));
  const answer = await fetch(`/api/messages?${query}`).catch(() => undefined);
  if (!answer?.ok) {
    count.textContent = 'The mail catcher does not answer.';
    shown = '';
    return;
  }
  const mails = await answer.json();
  const now = mails.map(({ id }) => id).join() + chosen;
  if (now === shown) return;
  shown = now;
  count.textContent = mails.length === 1 ? '1 mail' : `${mails.length} mails`;
  list.replaceChildren(...mails.map(entry));
}

function entry(mail) {
  const button = element(
    'button',
    { type: 'button', onclick: () => show(mail) },
    mail.subject || '(no subject)',
    element('small', {}, `${mail.to} · ${time(mail.receivedAt)}`),
  );
  if (mail.id === chosen) button.setAttribute('aria-current', 'true');
  return element('li', {}, button);
}

function show(mail) {
  chosen = mail.id;
  const facts = {
    From: mail.from,
    To: mail.to,
    Received: time(mail.receivedAt),
    'Message-ID': mail.headers['message-id'],
  };
  const table = element('dl');
  for (const [name, value] of Object.entries(facts))
    table.append(element('dt', {}, name), element('dd', {}, value ?? ''));
  view.replaceChildren(element('h2', {}, mail.subject || '(no subject)'), table);
  if (mail.html) {
    const frame = element('iframe', { title: 'The mail as HTML' });
    // Nothing runs in it; its links open in tabs of their own, which are what they would be anywhere.
    frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
    frame.srcdoc = `<base target="_blank">${mail.html}`;
    view.append(frame);
  }
  if (mail.text) view.append(element('pre', {}, mail.text));
  void refresh();
}

form.addEventListener('input', refresh);
form.addEventListener('submit', (event) => event.preventDefault());
document.querySelector('#clear').addEventListener('click', async () => {
  await fetch('/api/messages', { method: 'DELETE' });
  chosen = undefined;
  view.replaceChildren(element('p', {}, 'Choose a mail.'));
  await refresh();
});
setInterval(refresh, REFRESH_MS);
void refresh();
