/** Why a run is to stop, as the stopping signal's reason tells it. */
export class StopError extends Error {
  readonly why: "time_limit" | "runner_stopping";
  constructor(why: "time_limit" | "runner_stopping") {
    super(why);
    this.name = "StopError";
    this.why = why;
  }
}
