// What a field was sent with: typing goes on while the answer is awaited.

/** Takes what was sent out of its field: what was typed since stays. */
export function clearSent(field, sent) {
  if (field.value.startsWith(sent)) field.value = field.value.slice(sent.length).trimStart();
}
