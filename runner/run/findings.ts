import type { Finding } from "#runner/git/inspect-changes.ts";

/** A finding as a sentence for the people who review the change. */
export function sentenceOf(finding: Exclude<Finding, { kind: "secret" }>): string {
  switch (finding.kind) {
    case "protected_path":
      return `${finding.path} is protected and was changed.`;
    case "large_file":
      return `${finding.path} is large: ${megabytes(finding.bytes)}.`;
    case "executable":
      return `${finding.path} is a new executable.`;
    case "symlink_outside":
      return `${finding.path} is a link to ${finding.target}, outside the repository.`;
    case "submodule":
      return `${finding.path} is a submodule.`;
    case "binary":
      return `${finding.path} is binary (${megabytes(finding.bytes)}) and was not searched for secrets.`;
    case "unscanned":
      return `${finding.path} is too large (${megabytes(finding.bytes)}) to be searched for secrets.`;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
