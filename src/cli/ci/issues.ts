import type { Issue, Label } from "../../core/forge/forge.ts";
import type { Ci } from "./ci.ts";

/** rollcall's own issue with this label and marker: its newest. Others may write the same text; they are not its author. */
async function ownIssue(ci: Ci, label: Label, marker: string): Promise<Issue | null> {
  const me = await ci.forge.viewer();
  const all = await ci.forge.issues(label.name);
  return all.find((i) => i.author?.id === me.id && i.body.startsWith(marker)) ?? null;
}

/** One issue about one matter: made once, then brought up to date and reopened. */
export async function keepIssue(
  ci: Ci,
  label: Label,
  marker: string,
  { title, body, assignees }: { readonly title: string; readonly body: string; readonly assignees?: readonly string[] },
): Promise<void> {
  const known = await ownIssue(ci, label, marker);
  if (known === null) await ci.forge.openIssue({ title, body, labels: [label], ...(assignees === undefined ? {} : { assignees }) });
  else if (known.state !== "open" || known.title !== title || known.body !== body)
    await ci.forge.editIssue(known.number, { title, body, state: "open" });
}

/** Says why, and closes it; nothing where there is none, or it is closed. */
export async function closeIssue(ci: Ci, label: Label, marker: string, comment: string): Promise<void> {
  const known = await ownIssue(ci, label, marker);
  if (known === null || known.state !== "open") return;
  await ci.forge.comment(known.number, comment);
  await ci.forge.editIssue(known.number, { state: "closed" });
}
