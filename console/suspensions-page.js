// The suspensions of a programme: which maker's badges are not shown in a whole region, and why.
import { acting } from './acting.js';
import { announce } from './announce.js';
import { draw, table, when } from './draw.js';
import { option } from './form-fields.js';
import { regionLabel, regions } from './labels.js';
import { askBeforeLeaving, hasTyped } from './leaving.js';
import { askedParameters, drawPaging } from './paging.js';
import { createParts } from './parts.js';
import { currentOf } from './person.js';
import { createNotice } from './press.js';
import { makersChoices, programName } from './reference.js';
import { rememberSent } from './sent-text.js';
import { call, read } from './session.js';
import { createForms, drawUnfolding } from './unfolding.js';

const PATH = '/v1/program-suspensions';

const labelled = (label, field) => draw('p', {}, draw('label', {}, label, draw('br'), field));
const reasonField = () => draw('textarea', { required: true });

/** The organizations of the newest products are proposed; any other goes by its id, too. */
async function readOrganizations() {
  const { data } = await read('/v1/products?limit=100');
  return [...new Map(data.map(({ organization }) => [organization.id, organization.name]))];
}

function drawSuspending(page, organizations) {
  const notice = createNotice();
  const organization = draw('input', { required: true, maxlength: '100', list: 'organizations' });
  const proposed = draw(
    'datalist',
    { id: 'organizations' },
    ...organizations.map(([id, name]) => option(id, name)),
  );
  const program = draw('select', {}, ...makersChoices().programs.map(({ code, name }) => option(code, name)));
  const region = draw(
    'select',
    { required: true },
    option('', 'Choose a region'),
    ...regions.map((code) => option(code, regionLabel(code))),
  );
  const reason = reasonField();
  let clearSent;
  const act = (key) => {
    clearSent = rememberSent(organization, region, reason);
    return call('POST', PATH, {
      key,
      body: {
        program: program.value,
        organizationId: organization.value.trim(),
        region: region.value,
        reason: reason.value,
      },
    });
  };
  const done = () => clearSent() && details.removeAttribute('open');
  const sure = () => ({
    question: 'Suspend all badges of this maker in this region? Each of them is told by mail.',
    yes: 'Yes, suspend',
  });
  const details = drawUnfolding('suspend', 'Suspend a maker’s badges in a region', {
    submit: acting(act, { notice, page, said: 'Suspended.', done, sure }),
    fields: [
      labelled('Organization (its id)', organization),
      proposed,
      labelled('Programme', program),
      labelled('Region', region),
      labelled('Reason, which the maker reads', reason),
      notice.element,
    ],
  });
  return details;
}

function drawEnding(page, { id }) {
  const notice = createNotice();
  const reason = reasonField();
  let clearSent;
  const act = (key) => {
    clearSent = rememberSent(reason);
    return call('POST', `${PATH}/${id}/end`, { key, body: { reason: reason.value } });
  };
  const said = 'Ended: the badges come back one after the other.';
  const element = drawUnfolding(`end-${id}`, 'End', {
    submit: acting(act, { notice, page, said, done: () => clearSent() }),
    fields: [labelled('Reason, which the maker reads', reason), notice.element],
  });
  return { element, notice };
}

/** Another suspension that begins or ends takes nothing of what is typed, nor does somebody who has ended this one. */
function drawEnd(page, suspension) {
  const { id, endedAt, endedBy, endReason } = suspension;
  const why = endedAt === null ? '' : 'This suspension is over.';
  const form = page.forms.show(id, () => drawEnding(page, suspension), why);
  const end = draw('p', {}, when(endedAt), ` by ${endedBy?.name ?? '–'}: ${endReason}`);
  return draw('div', {}, ...(endedAt === null ? [] : [end]), ...form);
}

const drawSuspensions = (page, data) =>
  data.length === 0
    ? draw('p', {}, 'No programme is suspended, nor was any.')
    : table(
        ['Organization', 'Programme', 'Region', 'Suspended', 'Reason', 'Ended'],
        data.map((suspension) => [
          suspension.organization.name,
          programName(suspension.program),
          regionLabel(suspension.region),
          draw('span', {}, when(suspension.suspendedAt), ` by ${suspension.suspendedBy.name}`),
          suspension.reason,
          drawEnd(page, suspension),
        ]),
      );

export async function drawSuspensionsPage(me) {
  const asked = askedParameters();
  const query = new URLSearchParams([['limit', '50'], ...asked]);
  const readPage = () => read(`${PATH}?${query}`);
  const focusStanding = () => suspending.querySelector('summary').focus();
  const parts = createParts(focusStanding);
  const page = { notice: createNotice(), forms: createForms(), focusStanding };
  const show = ({ data, next }) =>
    parts.show([
      { name: 'suspensions', from: data, draw: () => [drawSuspensions(page, data)] },
      {
        name: 'paging',
        from: next,
        draw: () => [drawPaging('/program-suspensions', asked, next, 'More suspensions')].filter(Boolean),
      },
    ]);
  page.look = async (said) => {
    show(await readPage());
    if (said !== undefined) announce(said);
  };
  const [first, organizations] = await Promise.all([readPage(), readOrganizations()]);
  const suspending = drawSuspending(page, organizations);
  show(first);
  askBeforeLeaving(suspending, () => [suspending, parts.element].some(hasTyped));
  return {
    title: currentOf(me)?.title ?? 'Programme suspensions',
    parts: [suspending, page.notice.element, parts.element],
  };
}
