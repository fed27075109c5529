import { compareText } from "../../diagnostic.ts";
import type { DoctorFacts } from "../facts.ts";
import { type Finding, finding, listed, ok } from "../finding.ts";

/**
 * | code | holds | where not |
 * |---|---|---|
 * | CREDENTIAL_SHARED | each app reads with another credential than it writes with | warn while previews look at the apps (what is sent is guarded, what is held is not); note else |
 *
 * Apps that rollcall only observes have nothing to write with, and are taken for what they say.
 */
export function credentials({ organization }: DoctorFacts): Finding[] {
  const code = "CREDENTIAL_SHARED";
  const { preview } = organization.settings.pullRequests;
  const shared = [...organization.apps.values()]
    .filter(({ credentials: { read, write } }) => Object.values(read).some((source) => Object.values(write).includes(source)))
    .map((app) => app.key)
    .sort(compareText);
  if (shared.length === 0) return [ok(code, "no app reads with the credential that it writes with")];
  return [
    finding(code, preview === "live" ? "warn" : "note", {
      summary: `read and write with the same credential: ${listed(shared)}`,
      detail:
        preview === "live"
          ? "So the preview's environment has to hold something that can write at the vendor. rollcall sends nothing but reads there, but whoever gets at the secret is not bound by that"
          : "Previews hold no credential of any app here",
      ...(preview === "live"
        ? {
            fix: "credentials: { read: …, write: … } with a read-only one where the vendor has such; else pull-requests: { preview: snapshot }",
          }
        : {}),
    }),
  ];
}
