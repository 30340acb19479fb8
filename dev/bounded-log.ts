/** Log files that do not fill the disk: one file and the one before it. */
import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';

const LARGEST_BYTES = 10 * 1024 * 1024;

/** Puts a log file aside that has grown large; the program that is started next begins a new one. */
export function putAside(file: string, largestBytes = LARGEST_BYTES): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestBytes) renameSync(file, `${file}.1`);
}

export interface Log {
  write(chunk: string | Buffer): void;
  close(): void;
}

/**
 * Opens a log file for appending; it is put aside whenever it has grown large. Where nothing can be written, as on a full
 * disk, lines are lost: what writes them goes on.
 */
export function openLog(file: string, largestBytes = LARGEST_BYTES): Log {
  let handle: number | undefined;
  let size = 0;
  let isClosed = false;
  const open = () => {
    putAside(file, largestBytes);
    handle = openSync(file, 'a', 0o600);
    size = statSync(file).size;
    return handle;
  };
  const close = () => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  open();
  return {
    write(chunk) {
      if (isClosed) return;
      try {
        size += writeSync(handle ?? open(), typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
        if (size > largestBytes) close();
      } catch {
        // The next line is tried again.
      }
    },
    close() {
      isClosed = true;
      close();
    },
  };
}
