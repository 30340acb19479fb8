// What forms are made of: questions, and the choices below them.
import { draw } from './draw.js';

export const option = (value, text, chosen) => draw('option', { value, selected: value === chosen }, text);

/** @param names of the fields below it */
export const question = (text, names, ...fields) =>
  draw('fieldset', { 'data-fields': names }, draw('legend', {}, text), ...fields);

/** Boxes of one name, of which any may be chosen. */
export const choices = (name, entries, chosen) =>
  entries.map(([value, text]) =>
    draw(
      'label',
      {},
      draw('input', { type: 'checkbox', name, value, checked: chosen.includes(value) }),
      ` ${text}`,
    ),
  );

export const radio = (name, value, text, checked) =>
  draw('label', {}, draw('input', { type: 'radio', name, value, checked }), ` ${text}`);
