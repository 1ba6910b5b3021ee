/** The committed slice of GitHub's OpenAPI description, as `scripts/contract/slice.ts` writes it. */

/** A JSON Schema (draft 7), made from an OpenAPI 3.0 schema. References read `components#/NAME`. */
export type Schema = { [keyword: string]: unknown };

export interface SlicedParameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  schema: Schema;
}

export interface SlicedOperation {
  operationId: string;
  parameters: SlicedParameter[];
  body: { required: boolean; schema: Schema } | null;
  /** By status; `null` where GitHub describes no JSON body. */
  responses: Record<string, Schema | null>;
}

export interface Slice {
  /** From which version of @octokit/openapi. */
  source: string;
  /** By "METHOD /path/{template}". */
  operations: Record<string, SlicedOperation>;
  /** By "event" or "event.action". */
  webhooks: Record<string, Schema>;
  components: Record<string, Schema>;
  /** By API version: only what differs from the oldest, 2022-11-28. */
  newer: Record<string, { operations: Record<string, SlicedOperation>; components: Record<string, Schema> }>;
}
