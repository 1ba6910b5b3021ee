import type { Signal } from "@preact/signals";
import { Dialog } from "./dialog.tsx";
import { keys } from "./key-list.ts";

export function KeyHelp({ isOpen }: { isOpen: Signal<boolean> }) {
  return (
    <Dialog isOpen={isOpen.value} onClose={() => (isOpen.value = false)} title="Keyboard">
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={does}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
