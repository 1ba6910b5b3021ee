/** One message to one receiver; the oldest of a subject goes first, and those after it wait for it. */
export type Message = {
  id: number;
  /** Stays the same however often it is sent: receivers know a repeat by it. */
  messageId: string;
  receiver: string;
  /** `task 12`, `runner 3` */
  subject: string;
  type: string;
  /** The JSON that is signed and sent. */
  body: string;
  status: "pending" | "delivered" | "dead";
  createdAt: number;
  nextAt: number;
  tries: number;
  /** What came of the last try, in words; null before the first. */
  lastAnswer: string | null;
};

export type NewMessage = Pick<Message, "messageId" | "receiver" | "subject" | "type" | "body" | "createdAt">;

/** What is to be sent to whom, and what was told already. */
export interface Messages {
  insert(message: NewMessage): void;
  get(id: number): Message | null;
  /** The oldest pending one of each subject, where that is due at `now`. */
  due(receiver: string, now: number, limit: number): Message[];
  /** When the next one is due; null when none is pending. */
  nextDueAt(receiver: string): number | null;
  update(message: Message): void;
  /** All pending ones are tried at once: the receiver is there. */
  hurry(receiver: string, now: number): void;
  list(filter: { receiver?: string | undefined; status?: Message["status"] | undefined; limit: number }): Message[];
  count(receiver: string): { pending: number; dead: number };
  /** Forgets what came to its end and was made before `at`. @returns how many */
  forgetBefore(at: number): number;
  /** What was last told of a subject, as JSON; null for nothing. */
  told(subject: string): string | null;
  tell(subject: string, picture: string): void;
  /** Forgets everything that was told: nobody listens. */
  forgetTold(): void;
}

/** Whoever wants to be told. */
export type Receiver = {
  /** As the configuration calls it. */
  name: string;
  /** Event types, or `task.*` and the like. */
  events: readonly string[];
};

/** What came of sending one message; `answer` is for people. */
export type Sent = { isTaken: boolean /** It will never be taken. */; isFinal: boolean; answer: string };

/** The way out to receivers. */
export interface Postman {
  /** Never throws: what goes wrong is an answer, too. */
  post(receiver: string, message: { messageId: string; body: string; at: number }): Promise<Sent>;
}
