import { useSignal } from "@preact/signals";
import type { Runner } from "#protocol/runner.ts";
import { useDesk } from "../desk.ts";
import { Dialog } from "./dialog.tsx";
import { FormActions, TextField } from "./form-fields.tsx";
import { icons } from "./icons.tsx";

/** What can be done to a runner now. */
export function RunnerDeeds({ runner }: { runner: Runner }) {
  const { runners, toasts, isAdmin } = useDesk();
  const asking = useSignal<"pause" | "drain" | "remove" | null>(null);
  if (!isAdmin.value) return null;
  const isThere = runner.state !== "offline";
  return (
    <div class="runner-deeds">
      {runner.paused === undefined ? (
        <button type="button" class="button small" onClick={() => (asking.value = "pause")}>
          {icons.pause}
          Pause
        </button>
      ) : (
        <button
          type="button"
          class="button small"
          onClick={() => void toasts.doing(runners.resume(runner), `${runner.name} takes runs again.`)}
        >
          {icons.play}
          Resume
        </button>
      )}
      {isThere && runner.state !== "draining" && runner.paused?.drain !== true ? (
        <button type="button" class="button small" onClick={() => (asking.value = "drain")}>
          {icons.leave}
          Drain
        </button>
      ) : null}
      {isThere ? null : (
        <button type="button" class="button small risky" onClick={() => (asking.value = "remove")}>
          {icons.cross}
          Remove
        </button>
      )}
      {asking.value === null ? null : <Ask runner={runner} deed={asking.value} onClose={() => (asking.value = null)} />}
    </div>
  );
}

const words = {
  pause: { title: "Pause", says: "It takes nothing new until it is resumed. What it works on goes on.", deed: "Pause" },
  drain: {
    title: "Drain",
    says: "It takes nothing new, and its program ends when its runs have ended. Start it again on its machine.",
    deed: "Drain",
  },
  remove: {
    title: "Remove",
    says: "It leaves the list, and its credential counts no more. To come back it has to register anew.",
    deed: "Remove",
  },
} as const;

function Ask({ runner, deed, onClose }: { runner: Runner; deed: keyof typeof words; onClose: () => void }) {
  const { runners, toasts } = useDesk();
  const note = useSignal("");
  const { title, says } = words[deed];
  const carryOut = (event: Event) => {
    event.preventDefault();
    onClose();
    if (deed === "remove") void toasts.doing(runners.remove(runner), `${runner.name} is removed.`);
    else {
      const done = deed === "pause" ? "is paused" : "ends when its runs have ended";
      void toasts.doing(runners.pause(runner, note.value.trim(), deed === "drain"), `${runner.name} ${done}.`);
    }
  };
  return (
    <Dialog isOpen onClose={onClose} title={`${title} ${runner.name}?`}>
      <form class="form" onSubmit={carryOut}>
        <p class="hint">{says}</p>
        {deed === "remove" ? null : (
          <TextField
            label="A note for the others"
            value={note}
            autoFocus
            maxLength={200}
            placeholder="Why, and until when"
          />
        )}
        <FormActions not="Leave it" onClose={onClose} deed={words[deed].deed} isRisky={deed === "remove"} />
      </form>
    </Dialog>
  );
}
