import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import type { AskedElsewhere, Door, DoorAnswer, Ear } from "#operations/ports/elsewhere.ts";
import { discordPath } from "#protocol/integration.ts";
import { cutTo, laterSentence, loginOf, strangerSentence } from "../card.ts";
import { jsonIn } from "../json-in.ts";
import { type ButtonMeaning, readAction } from "../pressed.ts";
import { answerForm, readForm } from "./form.ts";
import { escaped } from "./message.ts";

/** Discord's numbers (https://discord.com/developers/docs/interactions/receiving-and-responding). */
const asks = { ping: 1, pressed: 3, submitted: 5 } as const;
const answers = { pong: 1, message: 4, later: 5, form: 9 } as const;
/** Only the person who pressed sees it. */
const ephemeral = 64;
/** What was signed longer ago is not heard again; an interaction lives for fifteen minutes. */
const freshMs = 10 * 60_000;
/** The DER frame of an Ed25519 key (RFC 8410), before its 32 bytes. */
const frame = "302a300506032b6570032100";
const answerLength = 1_900;

export type DiscordEar = Ear & {
  /** Fills in the answer that was promised. */
  tell: (application: string, token: string, content: string) => Promise<void>;
};

const Interaction = z.object({
  id: z.string().regex(/^\d{1,25}$/),
  application_id: z.string().regex(/^\d{1,25}$/),
  token: z.string().regex(/^[\w.-]{1,500}$/),
  type: z.int(),
  member: z.object({ user: z.object({ id: z.string() }) }).optional(),
  user: z.object({ id: z.string() }).optional(),
  data: z.object({ custom_id: z.string().max(200), components: z.array(z.unknown()).optional() }).optional(),
});
type Interaction = z.infer<typeof Interaction>;

/**
 * Where Discord posts what people press. Its signature is over the timestamp and the raw body; whatever is not signed by
 * Discord gets 401, which Discord itself tests now and then.
 */
export function openDiscordDoor(of: {
  /** In hexadecimal digits. */
  publicKey: string;
  people: Readonly<Record<string, string>>;
  clock: () => number;
  ear: () => DiscordEar | null;
}): Door {
  const key = createPublicKey({ key: Buffer.from(`${frame}${of.publicKey}`, "hex"), format: "der", type: "spki" });
  return {
    path: discordPath,
    hear({ headers, body }) {
      if (!isSigned(key, headers, body, of.clock()))
        return { status: 401, json: { error: "The signature is missing, old or wrong" } };
      const read = Interaction.safeParse(jsonIn(body));
      if (!read.success) return { status: 400, json: { error: "This is no interaction" } };
      if (read.data.type === asks.ping) return { status: 200, json: { type: answers.pong } };
      return interacted(read.data, of.people, of.ear());
    },
  };
}

function isSigned(
  key: KeyObject,
  headers: Parameters<Door["hear"]>[0]["headers"],
  body: Uint8Array,
  now: number,
): boolean {
  const signature = headers["x-signature-ed25519"];
  const timestamp = headers["x-signature-timestamp"];
  if (typeof signature !== "string" || !/^[0-9a-f]{128}$/i.test(signature)) return false;
  if (typeof timestamp !== "string" || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * 1_000) > freshMs) return false;
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, "hex"));
}

function interacted(
  interaction: Interaction,
  people: Readonly<Record<string, string>>,
  ear: DiscordEar | null,
): DoorAnswer {
  const { type, data } = interaction;
  const user = interaction.member?.user.id ?? interaction.user?.id ?? "";
  const login = loginOf(people, user);
  if (login === null) return whisper(strangerSentence("discord"));
  if (ear === null || data === undefined) return whisper(laterSentence);
  const key = `discord:${interaction.id}`;
  if (type === asks.submitted) {
    const form = readForm(data);
    if (form === null) return whisper("This is no form of ours.");
    return carriedOut(interaction, ear, { key, login, verb: "answer", words: form.words, ...about(form) });
  }
  const [action = "", ...value] = data.custom_id.split(" ");
  const meaning = type === asks.pressed ? readAction({ action_id: action, value: value.join(" ") }) : null;
  if (meaning === null) return whisper("This is no button of ours.");
  const { verb, choice, task } = meaning;
  if (verb !== "answer" || choice !== null)
    return carriedOut(interaction, ear, {
      key,
      login,
      verb,
      words: choice === null ? "" : String(choice),
      ...about(meaning),
    });
  const now = ear.look(task);
  const form = now === null ? null : answerForm(now);
  if (form === null) return whisper(`${task} asks nothing now, so there is nothing to answer.`);
  return { status: 200, json: { type: answers.form, data: form } };
}

function about({ task, question }: Pick<ButtonMeaning, "task" | "question">): Pick<AskedElsewhere, "of" | "question"> {
  return question === null ? { of: task } : { of: task, question };
}

function whisper(content: string): DoorAnswer {
  return {
    status: 200,
    json: { type: answers.message, data: { content, flags: ephemeral, allowed_mentions: { parse: [] } } },
  };
}

/** Discord waits three seconds, and GitHub may take longer: the answer is promised, and filled in when it is known. */
function carriedOut(
  { application_id: application, token }: Interaction,
  ear: DiscordEar,
  asked: AskedElsewhere,
): DoorAnswer {
  const work = async () => {
    let sentence = laterSentence;
    try {
      sentence = (await ear.answer(asked)).sentence;
    } catch (error) {
      ear.log.warn(
        { integration: "discord", error: String(error) },
        "what somebody asked for could not be carried out now",
      );
    }
    await ear.tell(application, token, lines(sentence));
  };
  const after = () => {
    work().catch((error: unknown) => {
      ear.log.warn({ integration: "discord", error: String(error) }, "Discord could not be told what came of a press");
    });
  };
  return { status: 200, json: { type: answers.later, data: { flags: ephemeral } }, after };
}

function lines(text: string): string {
  return cutTo(text, answerLength)
    .split("\n")
    .map((line) => escaped(line, answerLength))
    .join("\n")
    .slice(0, 2_000);
}
