import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { icons } from "./icons.tsx";

type Props = { isOpen: boolean; onClose: () => void; title: string; look?: string; children: ComponentChildren };

/** A dialog of the browser's own: it keeps the focus and closes on Escape. The focus goes back to where it was. */
export function Dialog({ isOpen, onClose, title, look, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key comes, or it would go to where the focus was.
  useLayoutEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement;
    if (dialog.current?.open === false) dialog.current.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [isOpen]);
  if (!isOpen) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the click is for those who point
    <dialog
      ref={dialog}
      aria-label={title}
      {...(look === undefined ? {} : { class: look })}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">
        <header>
          <h2>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            {icons.cross}
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
