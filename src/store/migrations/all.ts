import type { Migration } from "../migrate.ts";
import { loop } from "./001-loop.ts";
import { reconcile } from "./002-reconcile.ts";
import { commands } from "./003-commands.ts";
import { messages } from "./004-messages.ts";
import { holders } from "./005-holders.ts";
import { links } from "./006-links.ts";
import { audit } from "./007-audit.ts";
import { followUps } from "./008-follow-ups.ts";
import { pauses } from "./009-pauses.ts";
import { questions } from "./010-questions.ts";
import { jobs } from "./011-jobs.ts";
import { needs } from "./012-needs.ts";
import { takeovers } from "./013-takeovers.ts";
import { verdicts } from "./014-verdicts.ts";
import { origins } from "./015-origins.ts";
import { sessionEnds } from "./016-session-ends.ts";
import { merges } from "./017-merges.ts";
import { proposals } from "./018-proposals.ts";

/** Every change of the schema, in order. A released one is never edited. */
export const migrations: readonly Migration[] = [
  loop,
  reconcile,
  commands,
  messages,
  holders,
  links,
  audit,
  followUps,
  pauses,
  questions,
  jobs,
  needs,
  takeovers,
  verdicts,
  origins,
  sessionEnds,
  merges,
  proposals,
];
