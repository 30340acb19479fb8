// Where one was on a page to which one comes back: the browser looks for the place before anything is drawn.

const key = () => `place on ${location.pathname}${location.search}`;

addEventListener('pagehide', () => sessionStorage.setItem(key(), scrollY));

/** To be called once the page is drawn; who has come by a link stays at its top. */
export function returnToPlace() {
  const type = performance.getEntriesByType('navigation')[0]?.type;
  if (type === 'back_forward' || type === 'reload') scrollTo(0, Number(sessionStorage.getItem(key())));
}
