import {
  type GrantRequest,
  grantRequest,
  type OffboardRequest,
  offboardRequest,
  type OnboardRequest,
  onboardRequest,
} from "../model/request.schema.ts";
import { isKey } from "../model/key.ts";
import { quoted } from "../source/secret.ts";
import { type RequestForm, requestForms, type RequestVerb } from "./forms.ts";
import { readBody } from "./read-body.ts";

export type Request =
  | { readonly verb: "onboard"; readonly fields: OnboardRequest }
  | { readonly verb: "offboard"; readonly fields: OffboardRequest }
  | { readonly verb: "grant"; readonly fields: GrantRequest };

export type ReadRequest =
  | { readonly kind: "other" }
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** The body of an issue → what it asks for. `other`: it asks for nothing of ours. */
export function readRequest(body: string): ReadRequest {
  const read = readBody(body);
  if (read.kind !== "answers") return read;
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const { id, label, many } of read.form.fields) {
    const answer = read.answers.get(id);
    if (answer === undefined) continue;
    if (many === undefined) values[id] = answer;
    else if (many === "words") values[id] = words(answer);
    else {
      const paired = pairs(words(answer));
      if (typeof paired === "string") problems.push(`${label}: ${paired}`);
      else values[id] = paired;
    }
  }
  const result = requestOf(read.form.verb, values);
  if (result.kind === "refused") problems.push(...result.problems);
  return problems.length > 0 ? { kind: "refused", problems } : result;
}

/** Values by field → a request; every problem names the field as the form calls it. */
export function requestOf(verb: RequestVerb, values: Readonly<Record<string, unknown>>): Exclude<ReadRequest, { kind: "other" }> {
  const schema = { onboard: onboardRequest, offboard: offboardRequest, grant: grantRequest }[verb];
  const result = schema.safeParse(values);
  if (result.success) return { kind: "request", request: { verb, fields: result.data } as Request };
  const form = requestForms.find((f) => f.verb === verb)!;
  return { kind: "refused", problems: result.error.issues.map((issue) => `${labelOf(form, issue.path)}: ${sentenceOf(issue)}`) };
}

const labelOf = (form: RequestForm, path: readonly PropertyKey[]): string =>
  form.fields.find((f) => f.id === path[0])?.label ?? "The request";

/** Our own schemas speak in sentences; the library's words are replaced. Never the value itself. */
function sentenceOf(issue: {
  readonly code: string;
  readonly message: string;
  readonly input?: unknown;
  readonly issues?: readonly { readonly message: string }[];
}): string {
  const message = issue.code === "invalid_key" ? (issue.issues?.[0]?.message ?? "") : issue.message;
  if (message.endsWith(".")) return message;
  return issue.code === "invalid_type" ? "an answer is needed." : "The value is not allowed here.";
}

const words = (text: string): string[] =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/** `github=adalove` → by app; else what is wrong, as a sentence. */
export function pairs(all: readonly string[]): Record<string, string> | string {
  const found: [string, string][] = [];
  for (const pair of all) {
    const [, app, login] = /^([^=\s]+)\s*=\s*(\S.*)$/.exec(pair) ?? [];
    // zod leaves out `__proto__` without a word: what is no key does not get that far.
    if (app === undefined || login === undefined || !isKey(app)) return `${quoted(pair)} is not written app=login.`;
    if (found.some(([known]) => known === app)) return `There are two accounts in ${quoted(app)}.`;
    found.push([app, login]);
  }
  return Object.fromEntries(found);
}
