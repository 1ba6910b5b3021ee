import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { AskedElsewhere, Ear, ElsewhereLog } from "#operations/ports/elsewhere.ts";
import type { TaskName } from "#protocol/words.ts";
import { laterSentence, strangerSentence } from "../card.ts";
import { postOutward } from "../outward.ts";
import { Action, type ButtonMeaning, readAction } from "../pressed.ts";
import type { SlackDeeds } from "./door.ts";
import { escapedLines } from "./escaped.ts";
import { answerModal, readSubmitted } from "./modal.ts";
import type { SlackPeople } from "./people.ts";
import { parseSlash, type SlashWish } from "./slash.ts";
import { type Envelope, openSocket, type Socket } from "./socket.ts";

const Pressed = z.object({
  type: z.literal("block_actions"),
  trigger_id: z.string().max(200),
  user: z.object({ id: z.string() }),
  actions: z.array(Action).min(1),
});
const Spoken = z.object({
  trigger_id: z.string().max(200),
  user_id: z.string(),
  text: z.string().max(20_000).default(""),
  response_url: z.url(),
});

export type ListeningOptions = {
  channel: string;
  people: SlackPeople;
  /** Slack's own unless a test says otherwise. */
  apiUrl?: string;
  client: WebClient;
  ear: Ear;
};

/** Slack's limit of a message is far beyond what people read. */
const answerLength = 3_000;

/**
 * Carries out what people press and write in Slack. Whoever the operator has not named is told so, and nothing is done;
 * what each person may, GitHub says.
 */
export function hearSlack(options: ListeningOptions): SlackDeeds {
  const { client, channel, people } = options;
  const { answer, log, look, submit } = options.ear;

  function carryOut(work: Promise<void>): void {
    work.catch((error: unknown) => {
      log.warn({ integration: "slack", error: String(error) }, "what somebody asked for in Slack was not carried out");
    });
  }

  async function whisper(user: string, sentence: string): Promise<void> {
    await client.chat.postEphemeral({ channel, user, text: escapedLines(sentence, answerLength) });
  }

  async function carriedOut(user: string, asked: Omit<AskedElsewhere, "login">): Promise<string> {
    const login = await people.loginOf(user);
    if (login === null) return strangerSentence("slack");
    try {
      return (await answer({ ...asked, login })).sentence;
    } catch (error) {
      log.warn({ integration: "slack", error: String(error) }, "what somebody asked for could not be carried out now");
      return laterSentence;
    }
  }

  async function interacted(body: unknown): Promise<void> {
    const submitted = readSubmitted(body);
    if (submitted !== null) {
      const { user, view, task, question, words } = submitted;
      const asked = { key: `slack:${view}`, verb: "answer", words, of: task };
      await whisper(user, await carriedOut(user, question === null ? asked : { ...asked, question }));
      return;
    }
    const pressed = Pressed.safeParse(body);
    if (!pressed.success) return;
    const { trigger_id: trigger, user, actions } = pressed.data;
    for (const meaning of actions.map(readAction)) if (meaning !== null) await press(user.id, trigger, meaning);
  }

  async function press(user: string, trigger: string, { verb, choice, task, question }: ButtonMeaning): Promise<void> {
    if (verb === "answer" && choice === null) return ask(user, trigger, task);
    const asked = { key: `slack:${trigger}`, verb, words: choice === null ? "" : String(choice), of: task };
    await whisper(user, await carriedOut(user, question === null ? asked : { ...asked, question }));
  }

  async function ask(user: string, trigger: string, name: TaskName): Promise<void> {
    if ((await people.loginOf(user)) === null) return whisper(user, strangerSentence("slack"));
    const task = look(name);
    const view = task === null ? null : answerModal(task);
    if (view === null) return whisper(user, `${name} asks nothing now, so there is nothing to answer.`);
    await client.views.open({ trigger_id: trigger, view });
  }

  async function spoken(body: unknown): Promise<void> {
    const read = Spoken.safeParse(body);
    if (!read.success) return;
    const { trigger_id: trigger, user_id: user, text, response_url: url } = read.data;
    const slash = parseSlash(text);
    if ("verb" in slash) return respond(url, await carriedOut(user, { key: `slack:${trigger}`, ...slash }));
    const login = await people.loginOf(user);
    if (login === null) return respond(url, strangerSentence("slack"));
    await respond(url, "sentence" in slash ? slash.sentence : await created(slash.wish, login, trigger));
  }

  /** A task of words alone: GitHub has no issue of it. */
  async function created({ repository, title, body }: SlashWish, login: string, trigger: string): Promise<string> {
    const origin = { kind: "slack", place: "slack", key: trigger, url: null } as const;
    const wish = { repository, title, body, comments: [], omittedComments: 0, login };
    try {
      const submitted = await submit({ ...wish, origin, priority: "normal", isPlan: false });
      if ("task" in submitted) return `Done: ${submitted.task} is queued.`;
      const { sentence, advice } = submitted.refusal;
      return advice === undefined ? sentence : `${sentence} ${advice}`;
    } catch (error) {
      log.warn({ integration: "slack", error: String(error) }, "what somebody asked for could not be carried out now");
      return laterSentence;
    }
  }

  /** Only the person sees it, in whatever channel they wrote (https://api.slack.com/interactivity/handling#message_responses). */
  async function respond(url: string, sentence: string): Promise<void> {
    const body = JSON.stringify({ response_type: "ephemeral", text: escapedLines(sentence, answerLength) });
    const headers = { "content-type": "application/json" };
    await postOutward(new URL(url), { headers, body, mayGoInside: options.apiUrl !== undefined });
  }

  return {
    interacted: (body) => carryOut(interacted(body)),
    spoken: (body) => carryOut(spoken(body)),
  };
}

/** The same by Socket Mode: Slack is connected from inside. */
export function openSlackSocket(of: {
  appToken: string;
  apiUrl?: string;
  deeds: SlackDeeds;
  log: ElsewhereLog;
}): Socket {
  const { deeds, log, ...at } = of;
  const acknowledged = (envelope: Envelope, act: (body: unknown) => void) => {
    envelope.ack().then(
      () => act(envelope.body),
      (error: unknown) => {
        // Slack tells it once more.
        log.warn(
          { integration: "slack", error: String(error) },
          "what somebody did in Slack could not be acknowledged",
        );
      },
    );
  };
  return openSocket({
    ...at,
    interactive: (envelope) => acknowledged(envelope, deeds.interacted),
    slash: (envelope) => acknowledged(envelope, deeds.spoken),
  });
}
