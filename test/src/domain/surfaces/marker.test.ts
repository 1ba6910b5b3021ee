import { describe, expect, test } from "vitest";
import type { Picture } from "#domain/picture.ts";
import { renderNotice } from "#domain/surfaces/notice.ts";
import { aRun, aTask } from "#test/builders.ts";
import { markerKey, over, picture } from "./pictures.ts";

describe("the marker", () => {
  test("S41: is signed for its task, its place and the operator's key", () => {
    const marker = (of: Picture) => of.comment?.split("\n")[0];
    const first = picture({}, [aRun()]);
    expect(marker(first)).toMatch(/^<!-- cc-orchestrator:task=12 sig=[0-9a-f]{32} -->$/);
    expect(marker(picture({ id: 13 }, [aRun()]))).not.toBe(marker(first));
    const other = aTask({ repository: { id: 1, name: "octo/other", installationId: 41 } });
    expect(marker(picture({ repository: other.repository }, [aRun()]))).not.toBe(marker(first));
    const both = picture({}, [aRun(over)]);
    expect(both.pullRequest?.body.split("\n")[0]).not.toBe(marker(both));
  });
});

describe("a refusal", () => {
  test("mentions the one who asked and nobody else", () => {
    const reason = {
      code: "role_too_low",
      sentence: "@eve has the role read here; starting work needs write.",
      advice: "Somebody like @ada can remove the label and put it back.",
    };
    expect(renderNotice(reason, { actor: "eve", issue: 12, markerKey })).toMatch(
      /^<!-- cc-orchestrator:notice=role_too_low sig=[0-9a-f]{32} -->\n\n@eve: `@eve` has the role read here; .*\n\n\*\*What to do:\*\* Somebody like `@ada` can/,
    );
    expect(renderNotice(reason, { actor: "eve @all", issue: 12, markerKey })).not.toMatch(/[^`]@(?:eve|all)/);
  });
});
