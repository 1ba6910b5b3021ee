/** Instants by GitHub's clock, 0 for never. */
export type JudgedLabel = {
  /** The newest labelling that was judged, however we came to know of it. */
  judgedAt: number;
  /** The newest one that reconciling found by itself: its delivery, should it come late, asks for nothing more. */
  foundAt: number;
  /** The issue's last change when its events were last read. */
  lookedAt: number;
};

export interface Reconciling {
  /** How far the labelling of an issue is known. */
  judged(repositoryId: number, issue: number): JudgedLabel;
  /** Raises these instants; none ever goes back. */
  judge(repositoryId: number, issue: number, at: Partial<JudgedLabel>): void;
  /** The attempts of this delivery that GitHub was asked to repeat. */
  attemptsAsked(guid: string): number[];
  askedAgain(guid: string, attempt: number, at: number): void;
  /** True the first time that this is repaired for this cause. */
  repair(taskId: number, place: string, cause: string, at: number): boolean;
  /** When the task's surfaces were last read back; 0 for never. */
  readBackAt(taskId: number): number;
  readBack(taskId: number, at: number): void;
  /** Forgets deliveries that were asked for again before `at`: GitHub does not know them any more. */
  forgetBefore(at: number): number;
}
