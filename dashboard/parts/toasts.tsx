import { useDesk } from "../desk.ts";
import { icons } from "./icons.tsx";

/** How the things that one asked for went. */
export function Toasts() {
  const { toasts } = useDesk();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.toasts.value.map(({ key, tone, text, advice }) => (
        <div key={key} class={`toast tone-${tone}`}>
          {tone === "good" ? icons.check : icons.warning}
          <p>
            {text}
            {advice === null ? null : <small>{advice}</small>}
          </p>
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => toasts.dismiss(key)}>
            {icons.cross}
          </button>
        </div>
      ))}
    </div>
  );
}
