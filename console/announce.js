// What happens is said in one place, which screen readers read out.
const place = () => document.getElementById('message');

/** The same once more is not read out again. */
export const announce = (text) => {
  if (place().textContent !== text) place().textContent = text;
};

/** Takes back what does not hold any more, unless something else was said since. */
export const withdraw = (text) => {
  if (place().textContent === text) announce('');
};
