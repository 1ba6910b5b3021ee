/** What an integration has to remember of the outside: how far it has read, what it has answered. */
export interface Marks {
  get(place: string, name: string): string | null;
  /** The names under a place. */
  names(place: string): string[];
  put(place: string, name: string, value: string, at: number): void;
  remove(place: string, name: string): void;
  /** Forgets what was last put before `at` under places that begin so. @returns how many */
  forgetBefore(prefix: string, at: number): number;
}
