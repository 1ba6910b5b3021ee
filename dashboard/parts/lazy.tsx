import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { icons } from "./icons.tsx";
import { Waiting } from "./waiting.tsx";

/** A part that is fetched when it is first looked at, so that the first page stays small. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, says: string) {
  let known: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const state = useSignal<"loading" | "there" | "failed">(known === null ? "loading" : "there");
    const fetchIt = () => {
      state.value = "loading";
      load().then(
        (component) => {
          known = component;
          state.value = "there";
        },
        () => {
          state.value = "failed";
        },
      );
    };
    useEffect(() => {
      if (known === null) fetchIt();
    }, []);
    const Part = known;
    if (state.value === "there" && Part !== null) return <Part {...props} />;
    if (state.value === "loading") return <Waiting says={says} class="skeleton-page" />;
    return <FailedPart what="This part of the page could not be fetched." onAgain={() => location.reload()} />;
  };
}

/** Something that is not there although it should be, with a way on. */
export function FailedPart({ what, onAgain }: { what: string; onAgain: () => void }) {
  return (
    <div class="blank" role="alert">
      {icons.warning}
      <p>{what}</p>
      <button type="button" class="button" onClick={onAgain}>
        Try again
      </button>
    </div>
  );
}
