import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { acceptedExceptions } from "./exceptions.ts";
import { formats } from "./formats.ts";
import { knownProperties } from "./known-properties.ts";
import type { Schema, Slice, SlicedOperation } from "./sliced.ts";

export interface CheckedRequest {
  path: Record<string, string>;
  query: Record<string, string>;
  /** `undefined` when the request had no body. */
  body: unknown;
}

/** Statuses that GitHub gives anywhere and mostly leaves out of its description. */
const anywhere = new Set([304, 400, 401, 403, 404, 410, 422, 429, 500, 502, 503, 504]);

/**
 * GitHub's own description of its API, as a judge: every check answers the list of what is wrong, in words.
 * Validators are compiled at first use and kept, so that starting costs only the reading of the slice.
 */
export class Contract {
  readonly source: string;
  readonly #slice: Slice;
  readonly #strings: Ajv;
  readonly #bodies: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(slice: Slice) {
    this.#slice = slice;
    this.source = slice.source;
    // The slice is ours: checking it against the meta-schema would only cost (a third of the compile time).
    const options = {
      strict: false,
      allErrors: true,
      logger: false,
      validateSchema: false,
      addUsedSchema: false,
      formats,
      code: { optimize: false },
    } as const;
    this.#bodies = new Ajv(options);
    this.#strings = new Ajv({ ...options, coerceTypes: "array" });
    for (const ajv of [this.#bodies, this.#strings]) ajv.addSchema({ $id: "components", ...slice.components });
  }

  operation(key: string): SlicedOperation | null {
    return this.#slice.operations[key] ?? null;
  }

  /** The names of an event's webhooks, such as issues.opened. */
  webhooksOf(event: string): string[] {
    return Object.keys(this.#slice.webhooks).filter((name) => name.split(".")[0] === event);
  }

  /** What is wrong with a request to the operation named "METHOD /path/{template}". */
  checkRequest(key: string, request: CheckedRequest): string[] {
    const operation = this.operation(key);
    if (!operation) return [`unknown operation ${key}`];
    return [
      ...this.#checkParameters(key, operation, "path", request.path),
      ...this.#checkParameters(key, operation, "query", request.query),
      ...this.#checkBody(key, operation, request.body),
    ];
  }

  /** What is wrong with an answer's status and JSON body (`undefined`: no body). */
  checkAnswer(key: string, status: number, body: unknown): string[] {
    const operation = this.operation(key);
    if (!operation) return [`unknown operation ${key}`];
    if (!(String(status) in operation.responses)) {
      return anywhere.has(status) ? [] : [`answers ${status}, which ${operation.operationId} does not describe`];
    }
    const schema = operation.responses[String(status)];
    if (!schema) return body === undefined || status >= 400 ? [] : [`answers ${status} with an undescribed body`];
    return this.#accept(operation.operationId, [
      ...this.#check(`${key} ${status}`, schema, body, this.#bodies),
      ...this.#unknown(schema, body),
    ]);
  }

  /** What is wrong with the payload of a webhook. */
  checkWebhook(event: string, payload: Record<string, unknown>): string[] {
    const action = typeof payload.action === "string" ? payload.action : null;
    const name = action ? `${event}.${action}` : event;
    const schema = this.#slice.webhooks[name];
    if (!schema) return [`unknown webhook ${name}`];
    return this.#accept(name, [
      ...this.#check(`webhook ${name}`, schema, payload, this.#bodies),
      ...this.#unknown(schema, payload),
    ]);
  }

  #checkParameters(key: string, operation: SlicedOperation, where: "path" | "query", given: Record<string, string>) {
    const described = operation.parameters.filter((parameter) => parameter.in === where);
    const schema = {
      type: "object",
      properties: Object.fromEntries(described.map((parameter) => [parameter.name, parameter.schema])),
      required: described.filter((parameter) => parameter.required).map((parameter) => parameter.name),
      additionalProperties: false,
    };
    const values: Record<string, unknown> = { ...given };
    return this.#check(`${key} ${where}`, schema, values, this.#strings).map((error) => `${where}${error}`);
  }

  #checkBody(key: string, operation: SlicedOperation, body: unknown): string[] {
    const empty = body === undefined || (typeof body === "object" && body !== null && Object.keys(body).length === 0);
    if (!operation.body) return empty ? [] : [`body: ${operation.operationId} takes none`];
    if (body === undefined) return operation.body.required ? ["body: missing"] : [];
    return this.#accept(operation.operationId, [
      ...this.#check(`${key} body`, operation.body.schema, body, this.#bodies),
      ...this.#unknown(operation.body.schema, body),
    ]).map((error) => `body${error}`);
  }

  #check(name: string, schema: Schema, value: unknown, ajv: Ajv): string[] {
    let validate = this.#validators.get(name);
    if (!validate) {
      validate = ajv.compile(schema);
      this.#validators.set(name, validate);
    }
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message ?? "is wrong"} ${JSON.stringify(params)}`,
    );
    return [...new Set(errors)].slice(0, 10);
  }

  /** Fields that GitHub does not know: in a request a mistake, in an answer fiction. */
  #unknown(schema: Schema, value: unknown): string[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    const known = knownProperties(schema, this.#slice.components);
    if (!known) return [];
    return Object.keys(value)
      .filter((name) => !known.has(name))
      .map((name) => `/${name} is not a field that GitHub knows`);
  }

  #accept(name: string, errors: string[]): string[] {
    return errors.filter((error) => !acceptedExceptions.some((exception) => exception.covers(name, error)));
  }
}

/** The API versions that the stand-in speaks; the first is what a request without the header gets. */
export const apiVersions: readonly string[] = ["2022-11-28", "2026-03-10"];

const known = new Map<string, Contract>();
let slice: Slice | null = null;

/**
 * The committed slice under one API version (1.4 MB, read in 70 ms), made once a process so that compiled validators
 * are shared.
 */
export function readContract(version = "2022-11-28"): Contract {
  slice ??= JSON.parse(readFileSync(join(import.meta.dirname, "slice.json"), "utf8")) as Slice;
  const found = known.get(version);
  if (found) return found;
  const newer = slice.newer[version] ?? { operations: {}, components: {} };
  const contract = new Contract({
    ...slice,
    operations: { ...slice.operations, ...newer.operations },
    components: { ...slice.components, ...newer.components },
  });
  known.set(version, contract);
  return contract;
}
