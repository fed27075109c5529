import { FaultError } from "../../connector/fault.ts";
import type { Comment } from "../../core/forge/forge.ts";
import { faultOfReply, isAmbiguous } from "./api.ts";
import { readComments } from "./issues.ts";
import { type Room, sameActor, sameText } from "./room.ts";
import { comment } from "./shapes.ts";

/** Looks at the comments before it gives up: once, after a lost answer, after a comment that somebody removed meanwhile. */
const mostLooks = 3;

/**
 * The one comment that begins with `marker` and is the viewer's own: made, brought up to date where its text differs, or left alone. Further
 * ones of the viewer's are removed. Whoever may write in the repository can put the marker into a comment of his own: that one is not ours,
 * and neither touched nor taken for it.
 */
export async function stickyComment(room: Room, number: number, marker: string, body: string): Promise<"made" | "updated" | "unchanged"> {
  if (marker === "" || !body.startsWith(marker))
    throw new FaultError({ kind: "invalid", message: "A comment that does not begin with its marker would never be found again" });
  let sent = false;
  for (let look = 1; ; look++) {
    const [kept, ...surplus] = await ownComments(room, number, marker);
    for (const { id } of surplus) await remove(room, id);
    try {
      if (kept === undefined) {
        sent = true;
        await addComment(room, number, body);
        return "made";
      }
      if (sameText(kept.body, body)) return sent ? "made" : "unchanged";
      if (await edit(room, kept.id, body)) return "updated";
    } catch (error) {
      if (!isAmbiguous(error) || look >= mostLooks) throw error;
    }
    if (look >= mostLooks) throw new FaultError({ kind: "conflict", message: `The comment on #${number} is removed each time it is made` });
  }
}

/** A comment beside others. Where the answer is lost and the viewer's last comment says the same, it was made. */
export async function makeComment(room: Room, number: number, body: string): Promise<void> {
  try {
    await addComment(room, number, body);
  } catch (error) {
    if (!isAmbiguous(error)) throw error;
    const viewer = await room.viewer();
    const last = (await readComments(room, number)).findLast((c) => sameActor(c.author, viewer));
    if (last === undefined || !sameText(last.body, body)) await addComment(room, number, body);
  }
}

/** Oldest first. Whose token this is is asked only where it matters. */
async function ownComments(room: Room, number: number, marker: string): Promise<Comment[]> {
  const marked = (await readComments(room, number)).filter((c) => c.body.startsWith(marker));
  if (marked.length === 0) return [];
  const viewer = await room.viewer();
  return marked.filter((c) => sameActor(c.author, viewer));
}

async function addComment({ api, at }: Room, number: number, body: string): Promise<void> {
  await api.get("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...at, issue_number: number, body }, comment);
}

/** Whether the comment was still there. */
async function edit({ api, at }: Room, id: number, body: string): Promise<boolean> {
  return (await api.look("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...at, comment_id: id, body }, comment)) !== null;
}

async function remove({ api, at }: Room, id: number): Promise<void> {
  const reply = await api.rest("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { ...at, comment_id: id });
  if (reply.status >= 300 && reply.status !== 404) throw faultOfReply(reply);
}
