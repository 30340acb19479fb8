// What is to be corrected in the form of a request: said at each field, and named above the form by its question.
import { draw } from './draw.js';
import { toBeCorrected } from './press.js';

/** Which fields a problem is about, by what its pointer begins with; in the order of the form. */
const fieldsByPointer = [
  ['/program', 'program'],
  ['/productId', 'product'],
  ['/retailIdentifier/type', 'type'],
  ['/retailIdentifier', 'code'],
  ['/asin', 'asin'],
  ['/variant', 'variant'],
  ['/bundleDevices', 'bundle'],
  ['/goLive/date', 'date'],
  ['/goLive', 'when'],
  ['/marketplaces', 'marketplace'],
];
const nameOf = (pointer) =>
  fieldsByPointer.find(([start]) => pointer === start || pointer.startsWith(`${start}/`))?.[1];

/** The fields that problems are about, in the order of the form; last, as undefined, that some are about none. */
function namesOf(problems) {
  const names = new Set(problems.map(({ pointer }) => nameOf(pointer)));
  const known = fieldsByPointer.map(([, name]) => name).filter((name) => names.has(name));
  return names.has(undefined) ? [...known, undefined] : known;
}

export function createCorrections(form) {
  const summary = draw('div', { tabindex: '-1', class: 'notice' });
  let marked = [];

  /** The inputs that a pointer is about: of several boxes the one that an index counts to, or all of them. */
  function inputsAt(name, pointer) {
    const inputs = [...form.querySelectorAll(`[name=${name}]`)];
    const [, index] = /^\/(?:marketplaces|bundleDevices)\/(\d+)/.exec(pointer) ?? [];
    const counted = index === undefined ? undefined : inputs.filter(({ checked }) => checked)[Number(index)];
    return counted === undefined ? inputs : [counted];
  }

  /** Says at a field what is wrong; answers a link to it. */
  function mark(name, problems) {
    const question = form.querySelector(`[data-fields~=${name}]`);
    const id = `problem-${name}`;
    const said = draw(
      'p',
      { id, class: 'problem' },
      [...new Set(problems.map(({ detail }) => detail))].join(' '),
    );
    const inputs = [...new Set(problems.flatMap(({ pointer }) => inputsAt(name, pointer)))];
    const legend = question.querySelector('legend');
    // A field in a line of its own below the question has a label of its own, too.
    const line = inputs[0]?.closest('fieldset > p');
    const label = line?.querySelector('label[for]');
    if (label) line.before(said);
    else legend.after(said);
    for (const input of inputs) {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', id);
    }
    marked.push({ said, inputs });
    const target = inputs[0] ?? question;
    target.id ||= `field-${name}`;
    if (target === question) question.tabIndex = -1;
    const click = (event) => {
      event.preventDefault();
      target.focus();
    };
    return draw('a', { href: `#${target.id}`, click }, (label ?? legend).textContent);
  }

  function clear() {
    for (const { said, inputs } of marked) {
      said.remove();
      for (const input of inputs)
        for (const attribute of ['aria-invalid', 'aria-describedby']) input.removeAttribute(attribute);
    }
    marked = [];
    summary.replaceChildren();
  }

  /**
   * Says each problem at its field.
   * @returns a list with a link to each field, in the order of the form; what is about no field stands there itself
   */
  function markAll(problems) {
    clear();
    const entries = namesOf(problems).flatMap((name) => {
      const about = problems.filter(({ pointer }) => nameOf(pointer) === name);
      return name === undefined ? about.map(({ detail }) => detail) : [mark(name, about)];
    });
    return { count: entries.length, list: draw('ul', {}, ...entries.map((entry) => draw('li', {}, entry))) };
  }

  return {
    element: summary,
    clear,
    markAll,
    /** Says each problem at its field, and leads to them from above the form. */
    show(problems) {
      const { count, list } = markAll(problems);
      summary.replaceChildren(draw('h2', {}, toBeCorrected(count)), list);
      summary.focus();
    },
  };
}
