// Leaving a page on which something is typed.

/** Has the browser ask before what is typed is lost by leaving the page. */
export const askBeforeLeaving = (form, hasUnsaved) =>
  addEventListener('beforeunload', (event) => {
    // The page may show something else by now.
    if (!form.isConnected || !hasUnsaved()) return;
    event.preventDefault();
    event.returnValue = true;
  });
