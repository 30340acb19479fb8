// What the page that is shown is called.

/** In its heading, and for the tab. */
export function entitle(title) {
  document.getElementById('title').textContent = title;
  document.title = title;
}
