// What fields were sent with: typing goes on while the answer is awaited.

/**
 * Remembers what fields are sent with.
 * @returns a function that takes it out of them, what was typed since stays; it answers whether that is nothing
 */
export function rememberSent(...fields) {
  const sent = fields.map(({ value }) => value);
  return () => {
    fields.forEach((field, index) => {
      if (field.value.startsWith(sent[index]))
        field.value = field.value.slice(sent[index].length).trimStart();
    });
    return fields.every(({ value }) => value === '');
  };
}
