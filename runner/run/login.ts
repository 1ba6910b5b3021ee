import { constants } from "node:fs";
import { chmod, copyFile, mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Login } from "#runner/claude/command.ts";
import type { RunnerConfig } from "#runner/options.ts";

/**
 * What an instance that is about to be started logs in with.
 * @param folder gets a copy of the model's key, for this instance to take once
 */
export async function loginFor({ modelKeyFile, modelEnvironment }: RunnerConfig, folder: string): Promise<Login> {
  if (modelKeyFile !== null) {
    const keyFile = join(folder, "key");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The agent may have put something else in its place: never written through a link.
    await rm(keyFile, { force: true, recursive: true });
    await copyFile(modelKeyFile, keyFile, constants.COPYFILE_EXCL);
    await chmod(keyFile, 0o600);
    return { kind: "key", keyFile };
  }
  if (modelEnvironment !== undefined) return { kind: "environment", variables: modelEnvironment };
  return { kind: "own", home: homedir() };
}
