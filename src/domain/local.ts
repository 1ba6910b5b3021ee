import { createHmac } from "node:crypto";
import type { RepositoryRef } from "./task.ts";

/** The label of runners that work on the control plane's own machine: only they reach its repositories. */
export const localLabel = "local";

/** What stands for the installation of a repository that is reached by its path. */
const noInstallation = 0;

/**
 * A repository of this machine. Its id says where it lies, below zero, where GitHub has none; `local/` is no owner that
 * GitHub would be asked about.
 */
export function localRepository(of: { folder: string; name: string }): RepositoryRef {
  const id = -Number.parseInt(createHmac("sha256", "repository").update(of.folder).digest("hex").slice(0, 12), 16);
  return { id, name: `local/${of.name}`, installationId: noInstallation };
}

export function isLocal({ installationId }: Pick<RepositoryRef, "installationId">): boolean {
  return installationId === noInstallation;
}
