import { z } from "zod";
import { Integration } from "./integration.ts";
import { Instant, RepositoryName } from "./words.ts";

/** A setting as it stands; of a secret no more than that it is set. */
export const SettingNow = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).nullable(),
  /** In words: "the default", "PORT in the environment", "not set". */
  origin: z.string(),
});
export type SettingNow = z.infer<typeof SettingNow>;

/** How this control plane is set up, as it runs. */
export const Operating = z.object({
  settings: z.array(SettingNow),
  policies: z.array(
    z.object({
      repository: RepositoryName,
      /** The file that is in force; null where the defaults are. */
      text: z.string().nullable(),
      /** When it was last compared with the repository; null when never. */
      readAt: Instant.nullable(),
      /** What was wrong when somebody last met it; the last good one stayed in force. */
      problem: z.string().nullable(),
    }),
  ),
  integrations: z.array(Integration),
  people: z.array(z.object({ login: z.string(), asked: z.int().min(0), commands: z.int().min(0), lastAt: Instant })),
});
export type Operating = z.infer<typeof Operating>;

/** Something that somebody did, or tried. */
export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  by: z.string(),
  /** From where: `dashboard`, `program` (a token, as the command line's), `github` (a comment or a button), or a chat. */
  place: z.enum(["dashboard", "program", "github", "slack", "discord", "jira", "hook"]),
  /** The address that it came from; null for what came by way of GitHub or a chat. */
  address: z.string().nullable(),
  /** The route, or the command as it was written. */
  action: z.string(),
  /** What it was done to: `TASK-12`, `octo/hello#5`. */
  subject: z.string().nullable(),
  /** Null when it was done, else why it was refused. */
  refusal: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
