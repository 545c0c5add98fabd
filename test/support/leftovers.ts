type Close = () => Promise<void> | void;

/** What is open in this test file. */
const open = new Set<Close>();

/**
 * Registers what must end with the test file, also if a test or hook timed out and never came to closing it. Returns the
 * function that closes it: once, however often it is called.
 */
export function closedWithTheFile(close: Close): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => {
    closing ??= Promise.resolve(close()).finally(() => open.delete(closeOnce));
    return closing;
  };
  open.add(closeOnce);
  return closeOnce;
}

/** Closes all that is still open, the newest first. */
export async function closeLeftovers(): Promise<void> {
  for (const close of [...open].reverse()) await close();
}
