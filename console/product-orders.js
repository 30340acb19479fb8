// What an operator does to the badges of a product in all of its requests at once, as for a recall.
import { acting } from './acting.js';
import { draw, link } from './draw.js';
import { createNotice } from './press.js';
import { rememberSent } from './sent-text.js';
import { call, readAll } from './session.js';
import { drawUnfolding } from './unfolding.js';

/** Where each is done: what is suspended for something else than an operator's word stays so. */
const orders = {
  suspend: {
    verb: 'Suspend',
    aside: 'That is about badges that are shown.',
    done: 'Suspended',
    yes: 'Yes, suspend',
    placesOf: () => undefined,
  },
  reinstate: {
    verb: 'Reinstate',
    aside: 'That is about badges that an operator has suspended.',
    done: 'Reinstated',
    yes: 'Yes, reinstate',
    placesOf: ({ badges }) =>
      badges.filter(({ causes }) => causes.includes('OPERATOR')).map(({ marketplace }) => marketplace),
  },
};

const counted = ({ length }) => (length === 1 ? 'one request' : `${length} requests`);

/** All requests of a product, whatever page of the list is shown and how it is narrowed. */
export const readProductRequests = (product) => readAll('/v1/badge-requests', { product });

/**
 * A form for each order that any of the requests allows, and what stops those that no order is about.
 * @param page what is shown; its `productRequests` are all of the product as they were read last, its `forms` keep what is
 * typed
 * @param me whoever looks
 */
export const productOrderParts = (page, me) => [
  ...orderParts(page),
  {
    name: 'under-way',
    from: underWay(page).length,
    draw: () => (maySuspendProgrammes(me) ? drawUnderWay(underWay(page)) : []),
  },
];

const SUSPENSIONS = '/program-suspensions';
const maySuspendProgrammes = ({ pages }) => pages.some(({ path }) => path === SUSPENSIONS);

/** A request has stages as long as it is under review or pending. */
const underWay = ({ productRequests }) => productRequests.filter(({ stage }) => stage !== null);

const drawUnderWay = (requests) =>
  requests.length === 0
    ? []
    : [
        draw(
          'p',
          { class: 'aside' },
          `Under way: ${counted(requests)} of this product, whose badges may still go live. A reviewer rejects what is under review; the product’s certification, revoked, sends back what is pending; `,
          link(SUSPENSIONS, 'the programme, suspended for the maker in a region,'),
          ' holds back all badges there.',
        ),
      ];

const orderParts = (page) =>
  Object.keys(orders).map((action) => {
    const why = allowing(page, action).length > 0 ? '' : `No badge of these requests is left to ${action}.`;
    return {
      name: action,
      from: [why, page.forms.isTyped(action)],
      draw: () => page.forms.show(action, () => drawProductOrder(page, action), why),
    };
  });

/** The requests in which it can be done, each with the marketplaces; none named: in all that allow it. */
const allowing = ({ productRequests }, action) =>
  productRequests
    .filter(({ allowedActions }) => allowedActions.includes(action))
    .map((request) => ({ id: request.id, marketplaces: orders[action].placesOf(request) }))
    .filter(({ marketplaces }) => marketplaces?.length !== 0);

function drawProductOrder(page, action) {
  const { verb, aside, done, yes } = orders[action];
  const notice = createNotice();
  const reason = draw('textarea', { id: `${action}-reason`, required: true });
  let asked = [];
  let clearSent;
  const act = async (key) => {
    clearSent = rememberSent(reason);
    // What is typed meanwhile is not told the last of them.
    const words = reason.value;
    for (const { id, marketplaces } of asked) {
      const body = { reason: words, marketplaces };
      await call('POST', `/v1/badge-requests/${id}/${action}`, { key: `${key} ${id}`, body }).catch(
        passIfOver,
      );
    }
    return asked;
  };
  const sure = () => {
    asked = allowing(page, action);
    return {
      question: `${verb} the badges of ${counted(asked)}? Of each the maker is told by mail.`,
      yes,
    };
  };
  const details = drawUnfolding(action, `${verb} the badges of all these requests`, {
    submit: acting(act, {
      notice,
      page,
      sure,
      said: (all) => `${done}: the badges of ${counted(all)}.`,
      done: () => clearSent() && details.removeAttribute('open'),
    }),
    fields: [
      draw('p', { class: 'aside' }, aside),
      draw('label', { for: reason.id }, 'Reason, which the maker reads'),
      reason,
      notice.element,
    ],
  });
  return { element: details, notice };
}

/** What does not allow it any more is as it should be, or will not be by asking again; the list shows it. */
function passIfOver(error) {
  if (error.status !== 409 || error.problem.code !== 'ACTION_NOT_ALLOWED') throw error;
}
