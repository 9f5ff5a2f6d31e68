/** Time as an argument, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since some moment; only differences mean anything. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  readonly after: (ms: number, act: () => void) => () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
