import type { WebClient } from "@slack/web-api";
import { loginOf } from "../card.ts";

/** Slack's members and their GitHub logins, some of whom are named by their e-mail. */
export type SlackPeople = {
  /** By a member's id (`U…`), as far as Slack has been asked. */
  known(): Readonly<Record<string, string>>;
  /** The GitHub login of a member; null for those whom the operator has not named. */
  loginOf(member: string): Promise<string | null>;
  /** When Slack has been asked about all of them once. */
  ready(): Promise<void>;
  /** Why people who are named by e-mail are not known; null where there is nothing to say. */
  trouble(): string | null;
};

/** Somebody whom Slack does not know is asked about again after this. */
const againMs = 10 * 60_000;

/** @param people by a member's id or e-mail */
export function openSlackPeople(
  client: WebClient,
  people: Readonly<Record<string, string>>,
  clock: () => number,
): SlackPeople {
  const byId: Record<string, string> = {};
  const emails = new Map<string, string>();
  for (const [id, login] of Object.entries(people)) {
    if (id.includes("@")) emails.set(id, login);
    else byId[id] = login;
  }
  let askAt = 0;
  let asking: Promise<void> | null = null;
  let why: string | null = null;

  async function ask(): Promise<void> {
    askAt = clock() + againMs;
    why = null;
    for (const [email, login] of [...emails]) {
      try {
        const { user } = await client.users.lookupByEmail({ email });
        if (user?.id === undefined) continue;
        byId[user.id] = login;
        emails.delete(email);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        if (!said.includes("users_not_found"))
          why = `People who are named by e-mail are not known: ${said}; the app needs users:read.email.`;
      }
    }
  }

  function ready(): Promise<void> {
    if (emails.size === 0 || (asking === null && clock() < askAt)) return Promise.resolve();
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  return {
    known: () => byId,
    async loginOf(member) {
      const login = loginOf(byId, member);
      if (login !== null || emails.size === 0) return login;
      await ready();
      return loginOf(byId, member);
    },
    ready,
    trouble: () => why,
  };
}
