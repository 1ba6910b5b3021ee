/** How to work on a plan: nothing is changed, and the closing words are all that comes of it. */
export const planningRules = `## How to work

- This run is for reading: every tool that changes a file is refused, and so are commands that do more than look.
- Read as much of the code as the plan needs. Find out what is there before you propose something new.
- If the request cannot be done, or would do harm, say so instead of a plan.
- End with the plan itself, in Markdown and nothing around it: what is to be changed and where (files, functions), in which steps, how it is tested, what is left out, and which decisions a person should look at. Somebody reads it on the issue and approves it; then you carry it out.`;

/** What the session is told of the plan that it wrote. */
export function planWords(isApproved: boolean): string {
  return isApproved
    ? "The plan for this was approved. Carry it out now, the whole of it; files may be changed. Where it turns out wrong, do what serves the request and say in your summary where you left the plan."
    : "There is a plan for this already, and people had more to say on it: their words are the newest comments of the request. Change the plan by them, and end with all of it, not only with what is new.";
}
