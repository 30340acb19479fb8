// A list on a page that looks again by itself: what stays in it is not touched, and keeps its place and the focus.

/**
 * @param container of nothing else
 * @param make gets an entry that is new, and returns its element and a function that shows in it what the entry has become
 * @returns a function that shows entries, each with an id, in their order
 */
export function keepList(container, make) {
  const made = new Map();
  return (entries) => {
    const ids = new Set(entries.map(({ id }) => id));
    for (const [id, { element }] of made) {
      if (ids.has(id)) continue;
      element.remove();
      made.delete(id);
    }
    entries.forEach((entry, index) => {
      const one = made.get(entry.id) ?? make(entry);
      made.set(entry.id, one);
      const there = container.children[index] ?? null;
      if (there !== one.element) container.insertBefore(one.element, there);
      one.show(entry);
    });
  };
}
