import { openMirror } from "#runner/git/mirror.ts";

/** A second runner process on the same home: fetches what its parent tells it to, then ends. */
process.once("message", async (wanted: { home: string; repository: string; url: string; token: string }) => {
  await openMirror(wanted).fetch({ username: "x-access-token", password: () => wanted.token });
  process.disconnect();
});
