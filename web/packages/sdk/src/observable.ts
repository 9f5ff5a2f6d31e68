/** A value that changes, in the form that React's `useSyncExternalStore` takes. */
export interface Readable<T> {
  readonly getSnapshot: () => T;
  /** Calls back after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A `Readable` that its owner sets. */
export interface Cell<T> extends Readable<T> {
  readonly set: (value: T) => void;
  readonly update: (change: (value: T) => T) => void;
}

/** Setting what `Object.is` the present value calls nobody. */
export function cell<T>(initial: T): Cell<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) listener();
  };
  return {
    getSnapshot: () => value,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set,
    update: (change) => set(change(value)),
  };
}

/** A part of another value. Calls back only when the part changes. */
export function derived<T, U>(source: Readable<T>, pick: (value: T) => U): Readable<U> {
  let from: T;
  let part: U;
  let picked = false;
  const getSnapshot = () => {
    const value = source.getSnapshot();
    if (!picked || !Object.is(value, from)) {
      const next = pick(value);
      if (!picked || !Object.is(next, part)) part = next;
      from = value;
      picked = true;
    }
    return part;
  };
  return {
    getSnapshot,
    subscribe: (listener) => {
      let seen = getSnapshot();
      return source.subscribe(() => {
        const next = getSnapshot();
        if (Object.is(next, seen)) return;
        seen = next;
        listener();
      });
    },
  };
}
