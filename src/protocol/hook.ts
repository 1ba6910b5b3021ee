/** What comes of a message to a hook: templates, into which the message's own values are put. */
export type HookConfig = {
  name: string;
  /** `whsec_…`; while one secret is replaced by another both are good. */
  secrets: readonly string[];
  /** Whose name things are done in: a GitHub login, whose role is asked for each time. */
  login: string;
  /** Messages with these values; others are taken, and nothing comes of them. */
  when: Readonly<Record<string, string | number | boolean>>;
  does:
    | {
        kind: "task";
        repository: string;
        title: string;
        body: string;
        key: string | null;
        url: string | null;
        priority: string;
        isPlan: boolean;
      }
    | { kind: "command"; of: string; verb: string; words: string };
};
