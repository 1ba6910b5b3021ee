/** A place where GitHub's description is stricter than, or simply differs from, what GitHub does. */
interface AcceptedException {
  reason: string;
  covers(name: string, error: string): boolean;
}

/** Keep this list short: each line is a hole in the contract. `name` is an operation id or "event.action". */
export const acceptedExceptions: readonly AcceptedException[] = [];
