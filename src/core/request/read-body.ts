import { quoted } from "../source/secret.ts";
import { type FormField, type RequestForm, requestForms, requestHeading } from "./forms.ts";

export type Body =
  /** The issue is about something else. */
  | { readonly kind: "other" }
  /** Answers by the field's id; what was left empty is not among them. */
  | { readonly kind: "answers"; readonly form: RequestForm; readonly answers: ReadonlyMap<string, string> }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** GitHub's words for a question that was left open (seen in issues made from forms, 2026-11). */
const noAnswer = "_No response_";

/** A form's answers take a few hundred characters. */
const longest = 10_000;

/**
 * The body of an issue as a form's answers. GitHub writes each as `### Label`, an empty line, the answer. Whoever edits the issue can write
 * anything: what is not exactly of that shape is refused, and no part of it means anything but itself.
 */
export function readBody(body: string): Body {
  const text = body.replace(/\r\n?/g, "\n");
  if (!new RegExp(`^### ${requestHeading}[ \\t]*$`, "m").test(text)) return { kind: "other" };
  if (text.length > longest) return { kind: "refused", problems: [`The request is longer than ${longest} characters.`] };
  const { before, sections } = split(text);
  const problems: string[] =
    before.trim() === "" ? [] : [`There is text above the first heading; a request begins with ### ${requestHeading}.`];
  const seen = new Map<string, string>();
  for (const { heading, value } of sections) {
    if (seen.has(heading)) problems.push(`The heading ${quoted(heading)} stands there twice.`);
    seen.set(heading, value);
  }
  // Which of two answers is meant nobody can say, so that nothing more is said of them.
  if (seen.size < sections.length) return { kind: "refused", problems };
  const asked = seen.get(requestHeading);
  const form = requestForms.find((f) => f.name === asked);
  if (!form)
    return {
      kind: "refused",
      problems: [...problems, `Under ### ${requestHeading} there has to be one of: ${requestForms.map((f) => f.name).join("; ")}.`],
    };

  const answers = new Map<string, string>();
  for (const [heading, value] of seen) {
    if (heading === requestHeading) continue;
    const field = form.fields.find((f) => f.label === heading);
    if (!field) problems.push(`The heading ${quoted(heading)} is not one of this form.`);
    else if (value !== "" && value !== noAnswer) {
      answers.set(field.id, value);
      problems.push(...problemsOf(field, value));
    }
  }
  for (const field of form.fields) if (field.required && !answers.has(field.id)) problems.push(`${field.label}: an answer is needed.`);
  return problems.length > 0 ? { kind: "refused", problems } : { kind: "answers", form, answers };
}

function problemsOf({ label, options }: FormField, value: string): string[] {
  if (value.includes("\n")) return [`${label}: the answer has to stand on one line.`];
  if (options && !options.includes(value)) return [`${label}: this has to be one of ${options.join(", ")}.`];
  return [];
}

function split(text: string): { before: string; sections: { readonly heading: string; readonly value: string }[] } {
  const sections: { heading: string; lines: string[] }[] = [];
  const before: string[] = [];
  for (const line of text.split("\n")) {
    const heading = /^### (.*)$/.exec(line)?.[1]?.trim();
    if (heading !== undefined) sections.push({ heading, lines: [] });
    else (sections.at(-1)?.lines ?? before).push(line);
  }
  return { before: before.join("\n"), sections: sections.map(({ heading, lines }) => ({ heading, value: lines.join("\n").trim() })) };
}
