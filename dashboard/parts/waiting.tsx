/** Where something is on its way: a shape for those who see, a word for those who listen. */
export function Waiting({ says, class: look = "" }: { says: string; class?: string }) {
  return (
    <div class={look} role="status" aria-busy="true">
      <span class="unseen">{says}</span>
    </div>
  );
}
