// What goes live when and where.
import { draw, link, section, table, when } from './draw.js';
import { drawFeeds } from './calendar-feeds.js';
import { askedParameters, drawPaging } from './paging.js';
import { currentOf } from './person.js';
import { createNotice } from './press.js';
import { marketplaceName } from './reference.js';
import { read } from './session.js';

const PATH = '/calendar';

const states = {
  ENABLED: 'Live',
  STAGED: 'Goes live by itself',
  PLANNED:
    'Planned: the request is under review, or waits for its certification or the last look at its listing',
};

const seesAll = ({ role }) => role === 'REVIEWER' || role === 'OPERATOR';

/** Chooses the days; the answer's own where the address names none. */
function drawDays(from, to) {
  const day = (name, label, value) =>
    draw(
      'p',
      {},
      draw('label', { for: name }, label),
      draw('input', { id: name, name, type: 'date', value: value ?? '' }),
    );
  return draw(
    'form',
    { class: 'filters', action: PATH },
    day('from', 'First day', from),
    day('to', 'Last day', to),
    draw('button', { type: 'submit' }, 'Show'),
  );
}

/** `2027-01-15` as the reader's language writes a day. */
const dayText = (date) =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString(undefined, { dateStyle: 'full', timeZone: 'UTC' });

const drawDay = (me) => (day) => {
  const rows = day.marketplaces.flatMap(({ marketplace, goLives }) =>
    goLives.map((goLive) => [
      marketplaceName(marketplace),
      link(
        `/badge-requests/${goLive.requestId}`,
        goLive.product.name + (goLive.variant === null ? '' : ` (${goLive.variant})`),
      ),
      goLive.asin,
      ...(seesAll(me) ? [goLive.organization.name] : []),
      when(goLive.effectiveAt),
      states[goLive.status],
    ]),
  );
  const heads = [
    'Marketplace',
    'Product',
    'ASIN',
    ...(seesAll(me) ? ['Organization'] : []),
    'Goes live',
    'State',
  ];
  return section(dayText(day.date), table(heads, rows));
};

function drawCalendar(me, asked, { from, to, days, next }) {
  const empty =
    days.length > 0
      ? []
      : [draw('p', {}, asked.has('cursor') ? 'Nothing more.' : 'Nothing goes live on these days.')];
  return [
    drawDays(from, to),
    draw(
      'p',
      { class: 'aside' },
      'A day is that of the marketplace. What goes live as soon as possible has a day once it is certified.',
    ),
    ...empty,
    ...days.map(drawDay(me)),
    drawPaging(PATH, asked, next, 'More days'),
  ];
}

/** What cannot be shown is said beside the days that were asked for. */
function drawRefused(asked, error) {
  const notice = createNotice();
  notice.say(error);
  return [drawDays(asked.get('from'), asked.get('to')), notice.element];
}

/** The days in the page's own address. */
export async function drawCalendarPage(me) {
  const asked = askedParameters();
  const days = read(`/v1/calendar?${new URLSearchParams([['limit', '100'], ...asked])}`).then(
    (calendar) => drawCalendar(me, asked, calendar),
    (error) => {
      if (error.problem?.errors === undefined) throw error;
      return drawRefused(asked, error);
    },
  );
  const [parts, feeds] = await Promise.all([days, drawFeeds()]);
  return { title: currentOf(me)?.title ?? 'Calendar', parts: [...parts, feeds] };
}
