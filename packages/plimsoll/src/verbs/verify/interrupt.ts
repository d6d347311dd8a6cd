/**
 * Runs work that Ctrl-C ends early: the first one fires the signal, so that what is known so far can still be told; a
 * second one ends the process as it always does.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly value: T; readonly isInterrupted: boolean }> {
  const stop = new AbortController();
  const interrupt = (): void => {
    stop.abort();
  };
  process.once("SIGINT", interrupt);
  try {
    const value = await work(stop.signal);
    return { value, isInterrupted: stop.signal.aborted };
  } finally {
    process.off("SIGINT", interrupt);
  }
}
