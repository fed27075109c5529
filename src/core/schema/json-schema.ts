/** A JSON Schema (draft-07, which is what editors know best) or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export const draft07 = "http://json-schema.org/draft-07/schema#";

/** A text out of a closed set of names, each with what an editor shows beside it. `message` is what it says of any other. */
export function oneOfNames(names: readonly { readonly name: string; readonly note?: string }[], message?: string): JsonSchema {
  // An empty enum is no schema for some readers; a pattern that nothing matches is one for all.
  const told = message === undefined ? {} : { errorMessage: message };
  if (names.length === 0) return { type: "string", pattern: "^(?!)", ...told };
  const notes = names.map((n) => n.note ?? "");
  return {
    type: "string",
    enum: names.map((n) => n.name),
    ...(notes.some((n) => n !== "") ? { enumDescriptions: notes } : {}),
    ...told,
  };
}

/** Names that are suggested, in front of a rule that others may fit. */
export const suggesting = (names: JsonSchema, otherwise: readonly JsonSchema[]): JsonSchema =>
  otherwise.length === 0 ? names : { anyOf: [names, ...otherwise] };

/** What holds of a value on condition that it fits `condition`. */
export const onCondition = (condition: JsonSchema, consequence: JsonSchema): JsonSchema => ({
  if: condition,
  // eslint-disable-next-line unicorn/no-thenable -- JSON Schema's own keyword; nobody awaits a schema
  then: consequence,
});
