import type { ComponentChildren, HTMLAttributes, Ref } from "preact";

type Props = Omit<HTMLAttributes<HTMLElement>, "ref" | "tabIndex" | "children"> & {
  /** Its name, for those who hear it. */
  says: string;
  frame?: Ref<HTMLElement>;
  children?: ComponentChildren;
};

/** A part of the page that scrolls by itself: who has keys only gets into it, too. */
export function Scrolling({ says, frame, children, ...more }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section aria-label={says} tabIndex={0} {...more} {...(frame === undefined ? {} : { ref: frame })}>
      {children}
    </section>
  );
}
