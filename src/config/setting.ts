/** What is wrong with one setting, and what to write instead. */
export type ConfigProblem = { key: string; sentence: string; advice: string };

/** A value as the rest of the program uses it, or why the text is none. */
export type Parsed<T> = { value: T } | { sentence: string; advice: string };

/** One thing that the operator can decide: where it may be written, how it is read, what holds when nobody says. */
export type Setting<T> = {
  /** Name of the flag without dashes, where a command has one. */
  flag?: string;
  /** Environment variables that hold it; the first one that is set counts. */
  variables: readonly string[];
  /** Dotted path in config.yaml; null where the file may not hold it. */
  entry: string | null;
  /** Never shown, and refused in files that others can read. */
  secret?: boolean;
  /** `fitting` is what editors are told of it, as JSON Schema; absent for plain text. */
  parse: ((raw: unknown) => Parsed<T>) & { readonly fitting?: Readonly<Record<string, unknown>> };
  /** Absent: the setting is required, and `whenMissing` says what to do. */
  fallback?: T;
  whenMissing?: { sentence: string; advice: string };
};

// biome-ignore lint/suspicious/noExplicitAny: the element type of a table of settings of any kind
export type Settings = Record<string, Setting<any>>;

export type ValuesOf<S extends Settings> = {
  [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};
