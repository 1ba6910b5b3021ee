/** The state file was written by a newer version of this program. */
export class NewerStoreError extends Error {
  constructor(file: string, found: number, known: number) {
    super(
      `${file} was written by a newer version of cc-orchestrator (schema ${found}; this one knows ${known}). ` +
        "Install that version again, or start with another state folder.",
    );
    this.name = "NewerStoreError";
  }
}

/** There is nothing to copy. */
export class NoStoreError extends Error {
  constructor(file: string) {
    super(`There is no ${file}. Name the server's state folder with --home, or look at the name of the copy.`);
    this.name = "NoStoreError";
  }
}

/** A copy is wanted where there is no folder. */
export class NoFolderError extends Error {
  constructor(folder: string) {
    super(`There is no folder ${folder} to put the copy in. Make it first, or name another place.`);
    this.name = "NoFolderError";
  }
}

/** The state file is damaged, or no database at all. */
export class DamagedStoreError extends Error {
  constructor(file: string, finding: string, cause?: unknown) {
    super(
      `${file} cannot be read as a database: ${finding}. ` +
        "Nothing was changed. Put a backup in its place, or move it away to start with an empty one.",
      { cause },
    );
    this.name = "DamagedStoreError";
  }
}

/** A sound database, but of another program. */
export class ForeignStoreError extends Error {
  constructor(file: string) {
    super(`${file} is a database of another program. Choose another state folder.`);
    this.name = "ForeignStoreError";
  }
}

/** Another server works on this state. */
export class StoreInUseError extends Error {
  constructor(file: string, holder: string) {
    super(
      `Another server (${holder}) is using ${file}. Stop it first, or start this one with another state folder ` +
        "(CC_ORCHESTRATOR_HOME).",
    );
    this.name = "StoreInUseError";
  }
}

/** The state file was moved, replaced or deleted while it was open: what is written now would be lost. */
export class ReplacedStoreError extends Error {
  constructor(file: string) {
    super(`${file} was moved or replaced while the server was running. Put it back and start the server again.`);
    this.name = "ReplacedStoreError";
  }
}

/** There is no room to open the state, which needs a little. */
export class FullDiskError extends Error {
  constructor(file: string, cause: unknown) {
    super(`There is no room left on the disk of ${file}. Nothing was changed. Free some space and start again.`, {
      cause,
    });
    this.name = "FullDiskError";
  }
}
