import { readFile } from 'node:fs/promises';

/**
 * A file that is read when it is first asked for: all answers share its bytes. Anybody may ask for it as often as they
 * like without taking the answers, and a copy in each of them would fill the memory.
 */
export function keptFile(file: string): () => Promise<Buffer> {
  let content: Promise<Buffer> | undefined;
  return () =>
    (content ??= readFile(file).catch((error: unknown) => {
      // The next call finds it, perhaps.
      content = undefined;
      throw error;
    }));
}
