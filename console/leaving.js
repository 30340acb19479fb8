// What is typed and not sent is not lost by leaving the page unasked.

/** Has the browser ask before what is typed is lost. */
export const askBeforeLeaving = (page, hasUnsaved) =>
  addEventListener('beforeunload', (event) => {
    // The page may show something else by now.
    if (!page.isConnected || !hasUnsaved()) return;
    event.preventDefault();
    event.returnValue = true;
  });

/** Whether a text of a page says something else than it was drawn with. */
export const hasTyped = (page) =>
  [...page.querySelectorAll('textarea')].some(
    ({ value, defaultValue }) => value.trim() !== defaultValue.trim(),
  );
