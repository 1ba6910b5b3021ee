import type { Logger } from "pino";
import { taskIdOf } from "#domain/task.ts";
import { openGitHubSignIn } from "#github/sign-in.ts";
import type { Access } from "#http/access.ts";
import { openAttempts } from "#http/attempts.ts";
import { openSessions, type Sessions } from "#http/session.ts";
import { openSignInCookies } from "#http/sign-in-cookie.ts";
import type { ServedSignIn } from "#http/sign-in-route.ts";
import { admit } from "#operations/admit.ts";
import type { World } from "#operations/ports/world.ts";
import { personByToken, type SignInWays, signInWays } from "#operations/sign-in.ts";
import { openStandings, type PeopleSettings } from "#operations/standings.ts";
import type { ResponseOf } from "#protocol/routes.ts";
import { signInPath } from "#protocol/session.ts";

/** Of people who sign in, all together. */
const attemptsAMinute = 30;

export type SigningInOptions = {
  /** The GitHub App's client, with which people sign in; null where none is set up. */
  client: { id: string; secret: string; webUrl: string } | null;
  people: PeopleSettings;
  githubApiUrl: string;
  operatorToken: string;
  log: Logger;
};

/** All of how people come in: what the server's HTTP, and the routes, need of it. */
export type SigningIn = {
  sessions: Sessions;
  access: Access;
  repositoryOf(task: string): string | null;
  /** Absent where no browser can be signed in. */
  signIn?: Omit<ServedSignIn, "sessions" | "audit">;
  comingIn: { ways: SignInWays; signIn(token: string): Promise<ResponseOf<"signInByToken">> };
};

export function openSigningIn(world: World, options: SigningInOptions): SigningIn {
  const { client, operatorToken: secret, log } = options;
  const { store, clock } = world;
  const publicUrl = world.operator.dashboardUrl;
  const standings = openStandings(world, options.people);
  const github =
    client &&
    openGitHubSignIn({
      clientId: client.id,
      clientSecret: client.secret,
      apiUrl: options.githubApiUrl,
      webUrl: client.webUrl,
    });
  const ways = signInWays({ github, publicUrl, web: signInPath });
  if (client !== null && ways.missing !== null) log.warn(ways.missing);
  const attempts = openAttempts({ most: attemptsAMinute, perMs: 60_000, clock });
  const sessions = openSessions({ secret, clock, ends: store.sessionEnds, publicUrl });
  return {
    sessions,
    access: {
      admit: (asked) => admit(world, standings, asked),
      standing: standings.of,
      isAdmin: standings.isAdmin,
    },
    repositoryOf: (task) => store.tasks.get(taskIdOf(task))?.repository.name ?? null,
    ...(github === null || publicUrl === null
      ? {}
      : {
          signIn: {
            github,
            cookies: openSignInCookies({ secret, clock }),
            publicUrl,
            maySignIn: standings.maySignIn,
            attempts,
            log,
          },
        }),
    comingIn: {
      ways,
      async signIn(token) {
        attempts.take();
        const name = await personByToken(github, standings, token);
        const { session, ...opened } = sessions.openToken({ kind: "person", name });
        return { ...opened, name, isAdmin: standings.isAdmin(name), expiresAt: session.expiresAt };
      },
    },
  };
}
