import { icons } from "../parts/icons.tsx";
import { PageLink } from "../parts/link.tsx";

export function NotFound({ path }: { path: string }) {
  return (
    <div class="blank">
      {icons.question}
      <h1>There is nothing at {path}</h1>
      <p>It may be of another server, or mistyped. The board shows the newest 500 tasks.</p>
      <PageLink to="/" class="button">
        Go to the board
      </PageLink>
    </div>
  );
}
