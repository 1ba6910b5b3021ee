import { hasMarker } from "#domain/surfaces/marker.ts";

/** Who we are on GitHub: an App with its bot, or whoever gave a token, who writes comments of their own beside ours. */
export type Us = {
  /** Null where a token stands for the App. */
  appId: number | null;
  login: () => Promise<string>;
};

type Author = { login: string } | null | undefined;
type WrittenBy = { id: number } | null | undefined;

/** Whether a comment with a marker is from us: others may copy a marker, so that its author counts too. */
export async function isFromUs(us: Us, author: Author, app: WrittenBy): Promise<boolean> {
  if (us.appId !== null && app != null) return app.id === us.appId;
  return author != null && author.login === (await us.login());
}

/**
 * Whether we wrote this text in the name of the person whose token we have. With an App it is never so: what the App
 * writes is a bot's.
 */
export async function isOurText(us: Us, author: Author, text: string): Promise<boolean> {
  return us.appId === null && hasMarker(text) && author != null && author.login === (await us.login());
}
