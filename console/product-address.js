// The address of a product's page, given where its ASIN is asked for.

/** The ASIN that an address of Amazon's pages names; null: it is none. */
const asinIn = (text) =>
  /^\s*(?:https?:\/\/)?[\w.-]*\bamazon\.[a-z.]+\/(?:[^?#]*\/)?(?:dp|gp\/product|gp\/aw\/d)\/([a-z\d]{10})(?![a-z\d])/i
    .exec(text)?.[1]
    .toUpperCase() ?? null;

/** Has a field take the ASIN out of an address: as it is pasted, since the field may be too short for it, and when it is left. */
export function takeAddresses(field) {
  field.addEventListener('paste', (event) => {
    const asin = asinIn(event.clipboardData.getData('text'));
    if (asin === null) return;
    event.preventDefault();
    field.value = asin;
  });
  field.addEventListener('change', () => {
    field.value = asinIn(field.value) ?? field.value;
  });
  return field;
}
