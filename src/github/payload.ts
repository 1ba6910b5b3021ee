import { z } from "zod";
import type { Actor, Happening } from "#domain/happening.ts";
import type { RepositoryRef } from "#domain/task.ts";

/** A webhook body that is signed and JSON, but not what GitHub sends for this event. */
export class MalformedPayloadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedPayloadError";
  }
}

export const Id = z.int().positive();
export const Name = z.string().min(1).max(300);
export const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);
export const Time = z.iso.datetime({ offset: true });

/** What every event of an installed app carries. Keys that are not named here are left out of what is parsed. */
export const Common = z.object({
  installation: z.object({ id: Id }),
  repository: z.object({
    id: Id,
    full_name: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
    default_branch: Name,
  }),
  sender: z.object({ login: Name, type: Name }),
});

/** What a webhook's payload asks of us; null for nothing. @param receivedAt for events that do not say when they happened */
export type Reader = (payload: unknown, receivedAt: number) => Happening | null;

export function whereAndWho(common: z.infer<typeof Common>): { repository: RepositoryRef; actor: Actor } {
  const { repository, sender, installation } = common;
  return {
    repository: { id: repository.id, name: repository.full_name, installationId: installation.id },
    actor: actorOf(sender),
  };
}

export function actorOf({ login, type }: z.infer<typeof Common>["sender"]): Actor {
  return { login, isBot: type === "Bot" };
}

export function parsed<T>(schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const wrong = result.error.issues.slice(0, 3).map((issue) => issue.path.join(".") || "the body");
  throw new MalformedPayloadError(`Not as GitHub sends it: ${wrong.join(", ")}`);
}
