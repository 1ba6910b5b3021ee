/** Something was asked in a way that cannot be understood. `advice` says how to ask. */
export class UsageError extends Error {
  readonly advice: string;
  constructor(message: string, advice: string) {
    super(message);
    this.name = "UsageError";
    this.advice = advice;
  }
}

/** The operator's configuration does not allow a start. */
export class ConfigError extends Error {
  readonly problems: readonly { key: string; sentence: string; advice: string }[];
  constructor(problems: ConfigError["problems"]) {
    super(
      problems.length === 1 ? "The configuration has a problem." : `The configuration has ${problems.length} problems.`,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** What was asked did not work out. `advice` says what to do. */
export class FailedError extends Error {
  readonly advice: string;
  constructor(message: string, advice: string) {
    super(message);
    this.name = "FailedError";
    this.advice = advice;
  }
}

/** What was named is not there. `advice` says where to look. */
export class NotFoundError extends Error {
  readonly advice: string;
  constructor(message: string, advice: string) {
    super(message);
    this.name = "NotFoundError";
    this.advice = advice;
  }
}

/** Somebody does not let us. The message says who, and what to do. */
export class NotAllowedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotAllowedError";
  }
}
