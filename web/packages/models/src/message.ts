/** What a person is told, as the key of a sentence and what goes into it; the words are the interface's. */
export interface Message<Key extends string = string> {
  readonly key: Key;
  readonly values: Readonly<Record<string, string | number>>;
}

export const message = <Key extends string>(key: Key, values: Message["values"] = {}): Message<Key> => ({ key, values });
