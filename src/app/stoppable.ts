/**
 * A generator that ends at once when its reader stops, even while the reader still waits for the next value; the
 * generator's own waits have to end with the signal.
 */
export function stoppable<T>(
  make: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const stopping = new AbortController();
  const values = make(stopping.signal);
  const stop = values.return.bind(values);
  // An asynchronous generator does not look at `return` before what it waits for has come.
  values.return = (value) => {
    stopping.abort();
    return stop(value);
  };
  return values;
}

/** Waits until the time is over or the signal comes. */
export function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
