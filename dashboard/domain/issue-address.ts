/**
 * The issue that somebody means: `https://github.com/o/r/issues/12`, `o/r#12`, or `#12` where there is only one repository.
 * @returns null while it is not clear
 */
export function issueIn(text: string, only: string | null): { repository: string; issue: number } | null {
  const trimmed = text.trim();
  const named =
    /^(?:https?:\/\/[^/\s]+\/)?([A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100})(?:\/issues\/|#|\s+#?)(\d{1,9})\/?(?:[?#].*)?$/.exec(
      trimmed,
    );
  if (named !== null) return issueOf(named[1] ?? "", named[2] ?? "");
  const bare = /^#?(\d{1,9})$/.exec(trimmed);
  return bare !== null && only !== null ? issueOf(only, bare[1] ?? "") : null;
}

function issueOf(repository: string, digits: string): { repository: string; issue: number } | null {
  const issue = Number(digits);
  return issue > 0 ? { repository, issue } : null;
}
