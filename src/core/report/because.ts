import type { Because } from "../model/origin.ts";

/** "role sre > role engineer (identities/roles/engineer.yaml:4), until 2026-12-31: INC-421" */
export function becauseText(because: Because): string {
  const way = because.path.join(" > ");
  const place = `${because.origin.file}:${because.origin.line}`;
  const until = because.until === undefined ? "" : `, until ${because.until}`;
  const reason = because.reason === undefined ? "" : `: ${because.reason}`;
  return way === "" ? `${place}${until}${reason}` : `${way} (${place})${until}${reason}`;
}
