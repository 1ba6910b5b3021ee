import type { RequestHandler } from "express";
import type { Access } from "./access.ts";
import { callerOf, type Known, stillIn } from "./caller.ts";
import { openEyes } from "./eyes.ts";
import type { Live } from "./live.ts";

export type ServedLive = Known & {
  live: Live;
  access: Access;
  /** The repository of a task; null when there is no such task. */
  repositoryOf: (task: string) => string | null;
};

/** The live changes, as whoever asks sees them, for as long as they are signed in. */
export function serveLive(of: ServedLive): RequestHandler {
  return async (request, response) => {
    const caller = callerOf(request, "operator", of);
    const isIn = stillIn(request, of);
    if (caller?.kind !== "person") return of.live.serve(request, response, { isIn, eyes: null });
    let reload: () => void = () => undefined;
    const eyes = await openEyes({ ...of, login: caller.name, changed: () => reload() });
    response.once("close", eyes.close);
    if (response.destroyed) return eyes.close();
    of.live.serve(request, response, {
      isIn,
      eyes,
      onChange: (how) => {
        reload = how;
      },
    });
  };
}
