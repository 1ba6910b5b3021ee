import { createHash } from "node:crypto";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { z } from "zod";
import { MissingValueError } from "#domain/text/template.ts";
import type { Door, DoorAnswer, Ear } from "#operations/ports/elsewhere.ts";
import type { HookConfig } from "#protocol/hook.ts";
import { hooksPath, type Integration } from "#protocol/integration.ts";
import { jsonIn } from "../json-in.ts";
import { HookMismatchError, wantedOf } from "./wanted.ts";

type Headers = Parameters<Door["hear"]>[0]["headers"];
export type Hook = { door: Door; health(): Integration };

/** What was answered, so that the same message is answered the same. */
const Answered = z.object({ hash: z.string(), status: z.int(), json: z.record(z.string(), z.unknown()) });
type Answered = z.infer<typeof Answered>;

/** Commands that were refused, by why. */
const statuses: Readonly<Record<string, number>> = {
  no_repository: 404,
  task_not_found: 404,
  role_too_low: 403,
  role_unknown: 403,
  bots_not_allowed: 403,
  public_repository: 403,
};

/**
 * An address for programs: a message, signed as the Standard Webhooks specification says
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), makes a task or sends a
 * command. The message's id is its idempotency key: told again, it is answered the same, and nothing else happens.
 */
export function openHook(config: HookConfig, ear: Ear, clock: () => number): Hook {
  const verifiers = config.secrets.map((secret) => new Webhook(secret));
  /** Messages that are being worked on. */
  const busy = new Set<string>();
  let last: { ok: boolean; sentence: string } | null = null;

  async function take(id: string, body: Uint8Array): Promise<DoorAnswer> {
    const hash = createHash("sha256").update(body).digest("hex");
    const kept = ear.marks.get(id);
    const known = kept === null ? null : Answered.parse(JSON.parse(kept));
    if (known !== null)
      return known.hash === hash
        ? { status: known.status, json: known.json }
        : refused(409, "id_used", "Another message had this webhook-id.", "Give each message an id of its own.");
    if (busy.has(id)) return refused(409, "under_way", "This message is being worked on.", "Ask again in a moment.");
    busy.add(id);
    try {
      const answer = await workOn(id, body);
      // What failed may go better another time; what was decided is decided.
      if (answer.status < 500) ear.marks.put(id, JSON.stringify({ hash, ...answer } satisfies Answered));
      return answer;
    } finally {
      busy.delete(id);
    }
  }

  async function workOn(id: string, body: Uint8Array): Promise<{ status: number; json: Record<string, unknown> }> {
    const values = jsonIn(body);
    if (values === undefined)
      return refused(400, "no_json", "The body is no JSON.", "Send an object as application/json.");
    try {
      const wanted = wantedOf(config, id, values);
      if (wanted.kind === "nothing")
        return { status: 200, json: { taken: false, sentence: "Nothing comes of this message." } };
      return await (wanted.kind === "task" ? submit(wanted.wish) : command(wanted.asked));
    } catch (error) {
      if (error instanceof HookMismatchError || error instanceof MissingValueError)
        return refused(400, "does_not_fit", error.message, `Look at the hook ${config.name} in the configuration.`);
      ear.log.warn({ integration: config.name, error: String(error) }, "what came to a hook could not be done now");
      return refused(503, "later", "GitHub did not answer.", "Send the same message again in a while.");
    }
  }

  async function submit(wish: Parameters<Ear["submit"]>[0]) {
    const submitted = await ear.submit(wish);
    if ("refusal" in submitted) {
      const { code, sentence, advice } = submitted.refusal;
      return refused(statuses[code] ?? 409, code, sentence, advice);
    }
    const { task, isNew } = submitted;
    return { status: isNew ? 201 : 200, json: { taken: true, task, isNew } };
  }

  async function command(asked: Parameters<Ear["answer"]>[0]) {
    const { isDone, sentence, code = "refused" } = await ear.answer(asked);
    return isDone ? { status: 200, json: { taken: true, sentence } } : refused(statuses[code] ?? 409, code, sentence);
  }

  return {
    door: {
      path: `${hooksPath}/${config.name}`,
      async hear({ headers, body }) {
        const id = headers["webhook-id"];
        if (typeof id !== "string" || !/^[\x21-\x7e]{1,200}$/.test(id) || !isSigned(verifiers, headers, body)) {
          const advice = "Sign it as standardwebhooks.com says, with the hook's secret, at most five minutes ago.";
          // Anybody may post here: that is no failure of ours.
          last = { ok: true, sentence: "What came last was not signed as it must be." };
          return refused(401, "not_signed", "The signature is missing, old or wrong.", advice);
        }
        const answer = await take(id, body);
        const ok = answer.status < 400;
        const said = (answer.json as { title?: string; task?: string }).title ?? `answered ${answer.status}`;
        last = { ok, sentence: `${new Date(clock()).toISOString().slice(0, 16)}Z: ${ok ? "taken" : said}.` };
        return answer;
      },
    },
    health: () => ({
      kind: "hook",
      name: config.name,
      place: `${hooksPath}/${config.name}`,
      state: last?.ok === false ? "failing" : "good",
      sentence: last?.sentence ?? "Nothing has come yet.",
      pending: busy.size,
      dead: 0,
    }),
  };
}

function refused(status: number, code: string, title: string, advice?: string) {
  return { status, json: { code, title, ...(advice === undefined ? {} : { advice }) } };
}

function isSigned(verifiers: readonly Webhook[], headers: Headers, body: Uint8Array): boolean {
  const own = Object.fromEntries(
    Object.entries(headers).filter((one): one is [string, string] => typeof one[1] === "string"),
  );
  return verifiers.some((verifier) => {
    try {
      verifier.verify(Buffer.from(body), own, { jsonParse: false });
      return true;
    } catch (error) {
      if (error instanceof WebhookVerificationError) return false;
      throw error;
    }
  });
}
