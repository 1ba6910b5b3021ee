import { DiscordAPIError, RateLimitError, REST } from "@discordjs/rest";
import {
  type Elsewhere,
  ElsewhereBusyError,
  ElsewhereDownError,
  ElsewhereRefusedError,
  type ShownElsewhere,
} from "#operations/ports/elsewhere.ts";
import { type NotificationPolicy, usualNotifications } from "#protocol/notification.ts";
import type { Task } from "#protocol/task.ts";
import { idsOf, notificationOfTask } from "../card.ts";
import { type DiscordEar, openDiscordDoor } from "./door.ts";
import { type DiscordPicture, discordPicture, escaped } from "./message.ts";

export type DiscordOptions = {
  to:
    | { kind: "bot"; channel: string; token: string; publicKey: string | null }
    /** Only shows: nobody can press anything, and there are no threads. */
    | { kind: "webhook"; id: string; token: string };
  /** Discord's people and their GitHub logins. */
  people: Readonly<Record<string, string>>;
  /** Discord's own API, without its version, unless a test says otherwise. */
  apiUrl?: string;
  /** How news is said; as usual when absent. */
  notifications?: NotificationPolicy;
  clock: () => number;
};

const timeoutMs = 15_000;
/** How far back a message is looked for that was posted but not recorded. */
const lookBack = 100;
/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes */
const codes = { unknownChannel: 10003, unknownMessage: 10008, threadExists: 160004 } as const;

type Sent = { id: string; embeds?: { footer?: { text: string } }[]; author?: { bot?: boolean } };

/** One message for each task in a channel, kept up to date; what others need not see is told in its thread. */
export function openDiscord(options: DiscordOptions): Elsewhere {
  const { to, people } = options;
  const rest = new REST({
    version: "10",
    ...(options.apiUrl === undefined ? {} : { api: options.apiUrl }),
    timeout: timeoutMs,
    // The loop waits and tries again, and what waits, waits there where it survives a restart.
    retries: 0,
    rejectOnRateLimit: () => true,
    hashSweepInterval: 0,
    handlerSweepInterval: 0,
  });
  if (to.kind === "bot") rest.setToken(to.token);
  const base =
    to.kind === "bot" ? (`/channels/${to.channel}/messages` as const) : (`/webhooks/${to.id}/${to.token}` as const);
  const auth = to.kind === "bot";
  const publicKey = to.kind === "bot" ? to.publicKey : null;
  let ear: DiscordEar | null = null;

  async function called<T>(call: Promise<unknown>): Promise<T> {
    try {
      return (await call) as T;
    } catch (error) {
      throw inOurWords(error, options.clock());
    }
  }

  const bodyOf = ({ embed, rows }: DiscordPicture) => ({
    embeds: [embed],
    components: rows,
    allowed_mentions: { parse: [] },
  });

  async function find(task: Task): Promise<string | null> {
    if (to.kind === "webhook") return null;
    const query = new URLSearchParams({ limit: String(lookBack) });
    const sent = await called<Sent[]>(rest.get(base, { query }));
    const isIts = ({ embeds, author }: Sent) => author?.bot === true && embeds?.[0]?.footer?.text === task.name;
    return sent.find(isIts)?.id ?? null;
  }

  async function post(picture: DiscordPicture): Promise<string> {
    const query = new URLSearchParams(to.kind === "bot" ? {} : { wait: "true" });
    return (await called<Sent>(rest.post(base, { body: bodyOf(picture), query, auth }))).id;
  }

  /** @returns the id of the message, which is another one where somebody has deleted it */
  async function update(id: string, picture: DiscordPicture): Promise<string> {
    const path = to.kind === "bot" ? (`${base}/${id}` as const) : (`${base}/messages/${id}` as const);
    try {
      await rest.patch(path, { body: bodyOf(picture), auth });
      return id;
    } catch (error) {
      if (error instanceof DiscordAPIError && error.code === codes.unknownMessage) return post(picture);
      throw inOurWords(error, options.clock());
    }
  }

  async function tell(message: string, note: Note, task: Task): Promise<void> {
    const users = [...note.mentions];
    const call = users.map((member) => `<@${member}> `).join("");
    const body = { content: `${call}${note.text}`.slice(0, 2_000), allowed_mentions: { parse: [], users } };
    if (to.kind === "webhook") {
      // An edit rings for nobody, and a webhook has no threads: only what everybody should see is said anew.
      if (note.isForAll) await called(rest.post(base, { body, auth }));
      return;
    }
    const reply = { message_reference: { message_id: message, fail_if_not_exists: false } };
    if (note.isForAll) await called(rest.post(base, { body: { ...body, ...reply } }));
    else await inThread(message, body, task);
  }

  /** A thread has the id of the message that it hangs on. */
  async function inThread(message: string, body: object, task: Task): Promise<void> {
    try {
      await rest.post(`/channels/${message}/messages`, { body });
    } catch (error) {
      if (!(error instanceof DiscordAPIError && error.code === codes.unknownChannel))
        throw inOurWords(error, options.clock());
      await rest.post(`${base}/${message}/threads`, { body: { name: task.name } }).catch((refusal: unknown) => {
        const isThere = refusal instanceof DiscordAPIError && refusal.code === codes.threadExists;
        if (!isThere) throw inOurWords(refusal, options.clock());
      });
      await called(rest.post(`/channels/${message}/messages`, { body }));
    }
  }

  return {
    kind: "discord",
    name: "discord",
    place: to.kind === "bot" ? to.channel : `webhook ${to.id}`,
    picture: (task, page) => {
      const { clock, notifications: policy = usualNotifications } = options;
      return discordPicture(task, {
        say: (card) => {
          const said = notificationOfTask(task, card, { surface: "discord", policy, now: clock() });
          return { ...said, who: idsOf(said.who, people) };
        },
        page,
        canPress: publicKey !== null,
      });
    },
    async show({ task, picture, before }) {
      const wanted = picture as DiscordPicture;
      const known = before?.remoteId ?? (await find(task));
      const isNew = known === null;
      const id = isNew ? await post(wanted) : isSame(before, wanted) ? known : await update(known, wanted);
      const told = (before?.picture as DiscordPicture | undefined)?.note;
      if (before !== null && wanted.note !== null && isNews(told, wanted.note)) await tell(id, wanted.note, task);
      return id;
    },
    async alert({ sentence, who, isOver }) {
      const users = idsOf(who, people);
      const calls = users.map((member) => `<@${member}> `).join("");
      const content = `${calls}${isOver ? "✅ Over:" : "⚠️"} ${escaped(sentence, 1_000)}`;
      await called(rest.post(base, { body: { content, allowed_mentions: { parse: [], users } }, auth }));
    },
    async test() {
      const body = { content: "This is a test of CC-Orchestrator; nothing has happened." };
      await called(rest.post(base, { body, auth }));
      return undefined;
    },
    listen(listening) {
      ear = {
        ...listening,
        tell: async (application, token, content) => {
          const path = `/webhooks/${application}/${token}/messages/@original` as const;
          await called(rest.patch(path, { body: { content, allowed_mentions: { parse: [] } }, auth: false }));
        },
      };
    },
    ...(publicKey === null
      ? {}
      : { door: openDiscordDoor({ publicKey, people, clock: options.clock, ear: () => ear }) }),
    close: async () => {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

type Note = NonNullable<DiscordPicture["note"]>;

/** Said before, and now for more to see: after quiet hours. */
function isNews(told: DiscordPicture["note"] | undefined, wanted: Note): boolean {
  if (told == null || told.text !== wanted.text) return true;
  return (wanted.isForAll && !told.isForAll) || wanted.mentions.length > (told.mentions ?? []).length;
}

/** Whether only the thread is to be told something. */
function isSame(before: ShownElsewhere | null, wanted: DiscordPicture): boolean {
  const shown = before?.picture as DiscordPicture | undefined;
  return JSON.stringify([shown?.embed, shown?.rows]) === JSON.stringify([wanted.embed, wanted.rows]);
}

function inOurWords(error: unknown, now: number): Error {
  if (error instanceof RateLimitError)
    return new ElsewhereBusyError(now + Math.max(error.retryAfter, error.timeToReset, 1_000), "Discord wants rest");
  if (!(error instanceof DiscordAPIError))
    return new ElsewhereDownError(`Discord does not answer: ${error instanceof Error ? error.message : error}`);
  const advice = error.status === 403 || error.status === 404 ? ": give the bot access to the channel" : "";
  const sentence = `Discord refuses (${error.code}: ${error.rawError !== undefined && "message" in error.rawError ? error.rawError.message : ""})${advice}`;
  if (error.status === 401 || error.status === 403 || error.status === 404 || error.status >= 500)
    return new ElsewhereDownError(sentence);
  const isFinal = error.status === 400;
  return isFinal ? new ElsewhereRefusedError(sentence) : new Error(sentence);
}
