import type { Because } from "../model/origin.ts";

/**
 * "role sre > role engineer (identities/roles/engineer.yaml:4), until 2026-12-31: INC-421"; for what another app's access
 * implies, with both places: "identities/people/ada.yaml:5, for github/team/infra (identities/apps/github.yaml:4)".
 */
export function becauseText(because: Because): string {
  const way = because.path.join(" > ");
  const place = `${because.origin.file}:${because.origin.line}`;
  const until = because.until === undefined ? "" : `, until ${because.until}`;
  const reason = because.reason === undefined ? "" : `: ${because.reason}`;
  const via = (because.via ?? []).map((v) => `, for ${v.by} (${v.origin.file}:${v.origin.line})`).join("");
  return way === "" ? `${place}${via}${until}${reason}` : `${way} (${place})${via}${until}${reason}`;
}
