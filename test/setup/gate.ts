/** Somebody whom a test holds up, and lets go on. */
export interface Gate {
  /** Resolves when somebody has come to it. */
  readonly reached: Promise<void>;
  /** Awaited by whoever comes. */
  readonly wait: () => Promise<void>;
  readonly open: () => void;
}

export function createGate(): Gate {
  let reach: () => void = () => undefined;
  let open: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    reached,
    wait() {
      reach();
      return opened;
    },
    open: () => open(),
  };
}
