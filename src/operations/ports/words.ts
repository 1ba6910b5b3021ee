/** Words of a person for a session that is at work. */
export type SaidWords = {
  id: number;
  taskId: number;
  by: string;
  text: string;
  /** GitHub's id of the comment that they stand in; null where they came another way. */
  comment: string | null;
  at: number;
};

export interface Words {
  insert(message: Omit<SaidWords, "id">): void;
  /** What the task's session has not heard, the oldest first. */
  undelivered(taskId: number): SaidWords[];
  /** Whether words of that comment have not been heard. */
  isOpen(repositoryId: number, comment: string): boolean;
  /** The run has heard it. @returns true the first time */
  deliver(taskId: number, id: number, runId: number): boolean;
  /** Heard, and nobody has been told so. */
  unthanked(): SaidWords[];
  thanked(id: number): void;
  remove(id: number): void;
  /** Forgets what was heard and said before `at`. @returns how many */
  forgetBefore(at: number): number;
}
