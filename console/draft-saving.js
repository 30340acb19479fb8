// How the form's answers become a draft of the service, and changes of it, without overwriting anybody's.
import { bodyOf } from './draft-form.js';
import { exchange } from './session.js';

export const PATH = '/v1/badge-requests';

/** A merge patch joins objects: what is not said any more is taken out by name. */
const patchOf = (body) => ({
  ...body,
  goLive: body.goLive.kind === 'ON_DATE' ? body.goLive : { ...body.goLive, date: null },
});

/**
 * Makes what saves a form.
 * @param known the draft and its ETag, as they were read; null for a new request
 * @returns `save` answers the request as it is saved
 */
export function savingOf(form, known) {
  let saved = known;
  const said = () => JSON.stringify(bodyOf(form));
  let kept = said();
  // A change whose answer did not arrive: it may have been made.
  let unanswered = null;
  // A creation, until its answer arrives: repeated as it was, by whichever button, it makes no second request.
  let creation = null;
  const create = async (body) => {
    creation ??= { key: crypto.randomUUID(), body };
    try {
      saved = await exchange('POST', PATH, creation);
    } catch (error) {
      if (error.isAnswer) creation = null;
      throw error;
    }
    history.replaceState(null, '', `/badge-requests/${saved.answer.id}/edit`);
    if (JSON.stringify(creation.body) !== JSON.stringify(body)) await change(body);
  };
  const change = async (body) => {
    const path = `${PATH}/${saved.answer.id}`;
    if (unanswered !== null) {
      const present = await exchange('GET', path);
      // Whoever has changed it, then, are they themselves.
      if (isSaid(present.answer, unanswered)) saved = present;
    }
    try {
      saved = await exchange('PATCH', path, { body: patchOf(body), headers: { 'if-match': saved.etag } });
      unanswered = null;
    } catch (error) {
      if (!error.isAnswer) unanswered = body;
      throw error;
    }
  };
  return {
    async save() {
      const body = bodyOf(form);
      await (saved === null ? create(body) : change(body));
      kept = JSON.stringify(body);
      return saved.answer;
    },
    hasUnsaved: () => said() !== kept,
  };
}

/** Whether a request says what a body says; texts are kept without what pasting adds to them. */
function isSaid(request, body) {
  const bare = (text) => text?.replace(/[\s\p{Pd}\p{Cf}\u2212]/gu, '').toUpperCase() ?? null;
  const essence = ({ retailIdentifier, asin, variant, goLive, ...rest }) =>
    JSON.stringify([
      rest.program,
      rest.productId,
      retailIdentifier && [retailIdentifier.type, bare(retailIdentifier.code)],
      bare(asin),
      bare(variant),
      rest.bundleDevices,
      [goLive?.kind, goLive?.date ?? null],
      rest.marketplaces,
    ]);
  return essence({ ...request, productId: request.product?.id ?? null }) === essence(body);
}
