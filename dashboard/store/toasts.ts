import { type ReadonlySignal, signal } from "@preact/signals";
import { RefusedError } from "../api/call.ts";

export type Toast = { key: number; tone: "good" | "bad"; text: string; advice: string | null };

export type ToastStore = {
  toasts: ReadonlySignal<readonly Toast[]>;
  say(text: string): void;
  /** Does something and tells how it went: `done` when it went well, else why not. */
  doing(work: Promise<unknown>, done: string): Promise<boolean>;
  dismiss(key: number): void;
};

const shownMs = { good: 4_000, bad: 12_000 };

export function openToasts(): ToastStore {
  const toasts = signal<readonly Toast[]>([]);
  let nextKey = 1;
  const dismiss = (key: number) => {
    toasts.value = toasts.value.filter((toast) => toast.key !== key);
  };
  const add = (tone: Toast["tone"], text: string, advice: string | null) => {
    const key = nextKey++;
    toasts.value = [...toasts.value.slice(-3), { key, tone, text, advice }];
    setTimeout(() => dismiss(key), shownMs[tone]);
  };
  return {
    toasts,
    dismiss,
    say: (text) => add("good", text, null),
    doing: async (work, done) => {
      try {
        await work;
        add("good", done, null);
        return true;
      } catch (error) {
        add(
          "bad",
          error instanceof Error ? error.message : "It failed.",
          error instanceof RefusedError ? error.advice : null,
        );
        return false;
      }
    },
  };
}
