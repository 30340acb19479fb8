// What is so in several marketplaces is said once.

/**
 * Puts together what is the same but for its marketplace.
 * @param entries with a `marketplace` each
 * @returns them in their order, with `marketplaces`, each once
 */
export function gather(entries) {
  const groups = new Map();
  for (const { marketplace, ...rest } of entries) {
    const key = JSON.stringify(rest);
    const { marketplaces = [] } = groups.get(key) ?? {};
    groups.set(key, { ...rest, marketplaces: [...new Set([...marketplaces, marketplace])] });
  }
  return [...groups.values()];
}
