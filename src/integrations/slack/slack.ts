import { ErrorCode, LogLevel, type WebAPICallError, WebClient } from "@slack/web-api";
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
import { openSlackDoor, type SlackDeeds } from "./door.ts";
import { escaped } from "./escaped.ts";
import { hearSlack, openSlackSocket } from "./listening.ts";
import { type SlackPicture, slackPicture } from "./message.ts";
import { openSlackPeople } from "./people.ts";
import type { Socket } from "./socket.ts";

export type SlackOptions = {
  /** `xoxb-…` */
  token: string;
  /** `xapp-…` for what people press and write there; absent: Slack only shows. */
  appToken?: string;
  /** What Slack signs with when it posts that by HTTP instead. */
  signingSecret?: string;
  /** `C…`: the channel that shows tasks. */
  channel: string;
  /** Slack's people, by id or e-mail, and their GitHub logins. */
  people: Readonly<Record<string, string>>;
  /** Slack's own Web API unless a test says otherwise. */
  apiUrl?: string;
  /** How news is said; as usual when absent. */
  notifications?: NotificationPolicy;
  clock: () => number;
};

/** Our messages say whose task they are in metadata that people do not see. */
const eventType = "cc_orchestrator_task";
/** How far back a message is looked for that was posted but not recorded. */
const lookBack = 100;
const timeoutMs = 15_000;

/** Slack's refusals of one message that another try does not change (https://api.slack.com/methods/chat.postMessage#errors). */
const final = new Set(["cant_update_message", "edit_window_closed", "invalid_blocks", "msg_too_long"]);
/** Those of everything that we could say there, until somebody does something about it. */
const shut = new Set([
  "channel_not_found",
  "is_archived",
  "not_in_channel",
  "invalid_auth",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "missing_scope",
  "not_authed",
]);

/** One message for each task in a channel, kept up to date; each new status is a line in its thread. */
export function openSlack(options: SlackOptions): Elsewhere {
  const { channel } = options;
  const client = new WebClient(options.token, {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    timeout: timeoutMs,
    // The loop waits and tries again, and what waits, waits there where it survives a restart.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
  const people = openSlackPeople(client, options.people, options.clock);
  const called = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw inOurWords(error, options.clock());
    }
  };

  async function find(task: Task): Promise<string | null> {
    const { messages } = await called(
      client.conversations.history({ channel, limit: lookBack, include_all_metadata: true }),
    );
    const isIts = (payload: unknown) => (payload as { task?: unknown } | undefined)?.task === task.name;
    const found = messages?.find(({ metadata }) => metadata?.event_type === eventType && isIts(metadata.event_payload));
    return found?.ts ?? null;
  }

  async function post(task: Task, { text, blocks }: SlackPicture): Promise<string> {
    const metadata = { event_type: eventType, event_payload: { task: task.name } };
    const { ts } = await called(client.chat.postMessage({ channel, text, blocks, metadata, unfurl_links: false }));
    if (ts === undefined) throw new Error("Slack did not say which message it posted");
    return ts;
  }

  /** @returns the id of the message, which is another one where somebody has deleted it */
  async function update(ts: string, task: Task, picture: SlackPicture): Promise<string> {
    try {
      await client.chat.update({ channel, ts, text: picture.text, blocks: picture.blocks });
      return ts;
    } catch (error) {
      if (isGone(error)) return post(task, picture);
      throw inOurWords(error, options.clock());
    }
  }

  let socket: Socket | null = null;
  let deeds: SlackDeeds | null = null;
  return {
    kind: "slack",
    name: "slack",
    place: channel,
    picture: (task, page) => {
      const { clock, notifications: policy = usualNotifications } = options;
      return slackPicture(task, {
        say: (card) => {
          const said = notificationOfTask(task, card, { surface: "slack", policy, now: clock() });
          return { ...said, who: idsOf(said.who, people.known()) };
        },
        page,
        canPress: options.appToken !== undefined || options.signingSecret !== undefined,
      });
    },
    async show({ task, picture, before }) {
      const wanted = picture as SlackPicture;
      const known = before?.remoteId ?? (await find(task));
      const isStale = known !== null && !isSame(before, wanted);
      const ts = known === null ? await post(task, wanted) : isStale ? await update(known, task, wanted) : known;
      const told = (before?.picture as SlackPicture | undefined)?.note;
      if (before !== null && wanted.note !== null && isNews(told, wanted.note))
        await called(
          client.chat.postMessage({
            channel,
            thread_ts: ts,
            text: wanted.note.text,
            reply_broadcast: wanted.note.broadcast,
            unfurl_links: false,
          }),
        );
      return ts;
    },
    async alert({ sentence, who, isOver }) {
      const calls = idsOf(who, people.known()).map((member) => `<@${member}> `);
      const text = `${calls.join("")}${isOver ? ":white_check_mark: Over:" : ":warning:"} ${escaped(sentence, 1_000)}`;
      await called(client.chat.postMessage({ channel, text, unfurl_links: false }));
    },
    async test() {
      await called(
        client.chat.postMessage({ channel, text: "This is a test of CC-Orchestrator; nothing has happened." }),
      );
      return undefined;
    },
    listen(ear) {
      const { appToken, apiUrl, signingSecret } = options;
      if (appToken === undefined && signingSecret === undefined) return;
      const at = apiUrl === undefined ? {} : { apiUrl };
      const heard = hearSlack({ ...at, channel, people, client, ear });
      deeds = heard;
      if (appToken !== undefined) socket = openSlackSocket({ ...at, appToken, deeds: heard, log: ear.log });
    },
    ...(options.signingSecret === undefined
      ? {}
      : { door: openSlackDoor({ secret: options.signingSecret, clock: options.clock, deeds: () => deeds }) }),
    ready: people.ready,
    deafness: () => socket?.trouble() ?? people.trouble(),
    close: async () => socket?.close(),
  };
}

/** Said before, and now for more to see: after quiet hours. */
function isNews(told: SlackPicture["note"] | undefined, wanted: NonNullable<SlackPicture["note"]>): boolean {
  return told?.text !== wanted.text || (wanted.broadcast && !told.broadcast);
}

/** Whether only the thread is to be told something. */
function isSame(before: ShownElsewhere | null, wanted: SlackPicture): boolean {
  const shown = before?.picture as SlackPicture | undefined;
  return JSON.stringify(shown?.blocks) === JSON.stringify(wanted.blocks) && shown?.text === wanted.text;
}

function isGone(error: unknown): boolean {
  const { code, data } = error as Partial<WebAPICallError> & { data?: { error?: unknown } };
  return code === ErrorCode.PlatformError && data?.error === "message_not_found";
}

function inOurWords(error: unknown, now: number): Error {
  if (!(error instanceof Error) || !("code" in error)) return error instanceof Error ? error : new Error(String(error));
  const call = error as WebAPICallError;
  if (call.code === ErrorCode.RateLimitedError)
    return new ElsewhereBusyError(now + call.retryAfter * 1_000, "Slack wants rest");
  if (call.code !== ErrorCode.PlatformError)
    return new ElsewhereDownError(`Slack does not answer: ${call.message}`, { cause: call });
  const { error: what } = call.data;
  const advice = what === "not_in_channel" || what === "channel_not_found" ? ": invite the app to the channel" : "";
  if (shut.has(what)) return new ElsewhereDownError(`Slack refuses (${what})${advice}`);
  return final.has(what) ? new ElsewhereRefusedError(`Slack refuses (${what})${advice}`) : call;
}
