import type { Request, Response } from "express";

/** The requests that are being answered, so that the waiting ones can be told to stop waiting. */
export type InFlight = {
  /** The signal for a request: aborted when its caller goes away, or by `stop`. */
  enter(request: Request, response: Response): AbortSignal;
  /** From now on every signal is aborted and every connection ends with its answer. */
  stop(): void;
  isStopping(): boolean;
};

export function openInFlight(): InFlight {
  const open = new Map<Response, AbortController>();
  let isStopping = false;
  return {
    enter: (_request, response) => {
      const controller = new AbortController();
      open.set(response, controller);
      if (isStopping) release(response, controller);
      response.once("close", () => {
        open.delete(response);
        controller.abort();
      });
      return controller.signal;
    },
    stop: () => {
      isStopping = true;
      for (const [response, controller] of open) release(response, controller);
    },
    isStopping: () => isStopping,
  };
}

function release(response: Response, controller: AbortController): void {
  if (!response.headersSent) response.set("connection", "close");
  controller.abort();
}
