import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

type Input = {
  type?: "text" | "number";
  name?: string;
  list?: string;
  placeholder?: string;
  autocomplete?: "off";
  maxLength?: number;
  min?: string;
  max?: string;
  step?: string;
  required?: boolean;
  /** In a dialog that was opened to type here. */
  autoFocus?: boolean;
};

/** A line to fill in, under its name. */
export function TextField({
  label,
  value,
  children,
  ...more
}: Input & { label: string; value: Signal<string>; children?: ComponentChildren }) {
  return (
    <label>
      {label}
      <input {...more} value={value.value} onInput={(event) => (value.value = event.currentTarget.value)} />
      {children}
    </label>
  );
}

/** How a form ends: with nothing done, or with what it is there for. */
export function FormActions(of: {
  not?: string;
  onClose: () => void;
  deed: string;
  isReady?: boolean;
  isRisky?: boolean;
}) {
  return (
    <div class="form-actions">
      <button type="button" class="button" onClick={of.onClose}>
        {of.not ?? "Cancel"}
      </button>
      <button type="submit" class={`button ${of.isRisky ? "danger" : "primary"}`} disabled={of.isReady === false}>
        {of.deed}
      </button>
    </div>
  );
}
