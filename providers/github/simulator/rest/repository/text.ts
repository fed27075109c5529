/** How long the texts may be that people and programs send. */
import { Refusal } from "../../refusal.ts";

/** Characters of a comment, a review or the body of an issue or pull request. Counted in UTF-16 units: no client that keeps to it is refused by GitHub. */
const bodyLimit = 65_536;

/** 422, in GitHub's words, where a text is longer than its field takes. */
export function limited(resource: string, field: string, text: string | null | undefined, limit = bodyLimit): void {
  if ((text?.length ?? 0) <= limit) return;
  throw tooLong(resource, field, `${field} is too long (maximum is ${limit} characters)`);
}

const tooLong = (resource: string, field: string, message: string): Refusal =>
  new Refusal(422, "Validation Failed", [{ resource, code: "custom", field, message }]);
