import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RegisterRequest } from "#protocol/runner.ts";
import type { Files } from "./files.ts";
import { secretFile } from "./secrets.ts";
import type { ConfigProblem } from "./setting.ts";

/** What a runner keeps of its registration: whom it belongs to and its own credential for that server. */
export const Registration = RegisterRequest.pick({ name: true, labels: true, slots: true, repositories: true }).extend({
  server: z.url(),
  runnerId: z.int().positive(),
  credential: z.string().min(1),
});
export type Registration = z.infer<typeof Registration>;

export function registrationPath(runnerHome: string): string {
  return join(runnerHome, "registration.json");
}

/** The runner's registration; null when it has none. */
export function readRegistration(
  runnerHome: string,
  files: Files,
): { registration: Registration | null } | ConfigProblem {
  const path = registrationPath(runnerHome);
  if (files.look(path) === null) return { registration: null };
  const file = secretFile(path, path, files);
  if ("sentence" in file) return file;
  const parsed = Registration.safeParse(jsonOf(file.content));
  if (parsed.success) return { registration: parsed.data };
  return {
    key: path,
    sentence: "This file is not a registration, or it is damaged.",
    advice: "Register again: cc-orchestrator runner register --server URL --token T",
  };
}

/** Writes a small file for its owner alone, whole or not at all. */
export function writeSecretFile(path: string, content: string): void {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // no registration: said by the schema
  }
}
