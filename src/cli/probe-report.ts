import type { Candidate, Difference, Inspection } from "../connector/inspection.ts";
import type { Fault } from "../connector/fault.ts";
import { writeYaml } from "../core/edit/yaml-edit.ts";
import type { App } from "../core/model/app.ts";
import { type Manifest, verbs } from "../core/model/manifest.ts";
import { refKey, type TenantFacts } from "../core/model/observed.ts";
import type { Style } from "../core/report/style.ts";
import { withModeline } from "../core/schema/modeline.ts";
import { count, visible } from "../core/report/text.ts";

/** What `rollcall connectors probe` found out about one app. */
export interface ProbeReport {
  readonly app: App;
  readonly manifest: Manifest;
  /** What the app cannot be opened without: each names the file or the variable. */
  readonly missing: readonly string[];
  readonly failure: Pick<Fault, "kind" | "message"> | null;
  readonly tenant: TenantFacts | null;
  /** null: the connector does not compare, or could not. */
  readonly inspection: Inspection | null;
  readonly requests: number;
}

const inForce = ({ inspection }: ProbeReport): Candidate | null => inspection?.candidates.find((c) => c.inForce) ?? null;

/** Differences that the settings in force ought not to have. */
export const mistakes = (report: ProbeReport): readonly Difference[] => inForce(report)?.differences.filter((d) => d.certain) ?? [];

/** Verbs that are not to be had: by the manifest, by what the tenant said of itself, by the settings that fit best. */
function unavailable(report: ProbeReport): [string, string][] {
  const { manifest, tenant, inspection } = report;
  const unknown = verbs.filter((verb) => !manifest.verbs[verb]).map((verb) => [verb, `${manifest.label} has no call for it`] as const);
  const best = inspection?.candidates[0]?.unavailable ?? {};
  return Object.entries({ ...Object.fromEntries(unknown), ...tenant?.unavailable, ...best }).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Settings to be put into the app's file; null where those that are there are right. */
function proposal(report: ProbeReport): Readonly<Record<string, unknown>> | null {
  const [best] = report.inspection?.candidates ?? [];
  return !best || (best.inForce && mistakes(report).length === 0) ? null : best.settings;
}

/**
 * Version 1, for programs: `app, connector, fits, missing[], failure, tenant, facts[] { name, value }, differences[] { says, mend, certain }` of
 * the settings in force, `unavailable { verb: reason }`, `candidates[]` best first, `settings` to be put into the file or null, `requests`.
 */
export function probeToJson(report: ProbeReport): string {
  const { app, manifest, missing, failure, tenant, inspection, requests } = report;
  const facts = tenant && {
    name: tenant.tenant,
    label: tenant.label ?? null,
    self: tenant.self ? refKey(tenant.self) : null,
    edition: tenant.edition ?? null,
  };
  const value = {
    version: 1,
    app: app.key,
    connector: manifest.name,
    fits: missing.length === 0 && failure === null && mistakes(report).length === 0,
    missing,
    failure: failure && { kind: failure.kind, message: failure.message },
    tenant: facts,
    facts: inspection?.facts ?? [],
    differences: inForce(report)?.differences ?? [],
    unavailable: Object.fromEntries(unavailable(report)),
    candidates: inspection?.candidates ?? [],
    settings: proposal(report),
    requests,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** For people. `all`: every candidate, not the best five. */
export function probeToText(report: ProbeReport, style: Style, all: boolean): string {
  const { app, manifest, missing, failure, tenant, inspection, requests } = report;
  const where = tenant ? ` is ${visible(tenant.label ?? tenant.tenant)}` : "";
  const lines = [
    style.strong(`${app.key}: ${manifest.label}${where}`),
    requests === 0 ? "nothing was asked" : `${count(requests, "request")}, reads alone; nothing was written`,
  ];
  const section = (title: string, rows: readonly string[]): void => {
    if (rows.length > 0) lines.push("", style.strong(title), ...rows.map((row) => `  ${row}`));
  };
  section("missing", missing.map(style.alarm));
  if (failure) section("could not be read", [style.alarm(`${failure.kind}: ${visible(failure.message, 400)}`)]);
  section("the tenant", tenantRows(tenant));
  const width = Math.max(0, ...(inspection?.facts ?? []).map((f) => f.name.length));
  section(
    "the server",
    (inspection?.facts ?? []).map((f) => `${f.name.padEnd(width)}  ${visible(f.value, 400)}`),
  );
  const current = inForce(report);
  if (current) {
    const certain = mistakes(report);
    section(
      `profile ${current.name} as it is in force: ${certain.length === 0 ? "it fits" : `${count(certain.length, "setting")} to mend`}`,
      certain.length === 0 ? ["nothing that the server shows speaks against it"] : certain.flatMap((d) => differenceRows(d, style)),
    );
    section(
      "advice",
      current.differences.filter((d) => !d.certain).flatMap((d) => differenceRows(d, style)),
    );
  }
  const settings = proposal(report);
  if (settings) section(`to be put into identities/apps/${app.key}.yaml`, writeYaml({ settings }).trimEnd().split("\n"));
  section("profiles, best first", candidateRows(inspection?.candidates ?? [], all));
  const best = inspection?.candidates[0];
  section(
    `not to be seen by reading, and taken for granted by profile ${best?.name}`,
    (best?.assumes ?? []).map((a) => visible(a)),
  );
  section(
    "not to be had",
    unavailable(report).map(([verb, reason]) => `${verb}: ${visible(reason)}`),
  );
  section("left to people", failure || missing.length > 0 ? [] : manifest.residual);
  return `${lines.join("\n")}\n`;
}

function tenantRows(tenant: TenantFacts | null): string[] {
  if (!tenant) return [];
  return [
    `name     ${visible(tenant.tenant)}`,
    ...(tenant.edition === undefined ? [] : [`edition  ${visible(tenant.edition)}`]),
    ...(tenant.self ? [`rollcall ${refKey(tenant.self)}`] : []),
  ];
}

function differenceRows({ says, mend }: Difference, style: Style): string[] {
  const settings = Object.entries(mend).map(([path, value]) => `${path}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [visible(says, 400), ...(settings.length === 0 ? ["    no setting mends it"] : settings.map((s) => style.change(`    ${s}`)))];
}

function candidateRows(candidates: readonly Candidate[], all: boolean): string[] {
  const width = Math.max(0, ...candidates.map((c) => c.name.length));
  const rows = candidates.map((c, i) => {
    const certain = c.differences.filter((d) => d.certain).length;
    const marks = [
      certain === 0 ? "nothing speaks against it" : `${count(certain, "setting")} to mend`,
      ...(c.assumes.length > 0 ? [`takes ${count(c.assumes.length, "thing")} for granted`] : []),
      ...(c.inForce ? ["in force"] : []),
    ];
    return `${String(i + 1).padStart(2)}. ${c.name.padEnd(width)}  ${marks.join("; ")}`;
  });
  return all || rows.length <= 5 ? rows : [...rows.slice(0, 5), `    ${rows.length - 5} more with --verbose`];
}

/** The whole file of an app that there is none for yet. */
export function appFileOf(
  { app, manifest, inspection }: ProbeReport,
  address: { readonly variable: string; readonly url: string },
): string {
  const settings = inspection?.candidates[0]?.settings ?? {};
  const head = `# ${manifest.label}. Where it is, whoever runs rollcall says: ${address.variable}=${address.url}\n`;
  return withModeline(
    app.origin.file,
    head +
      writeYaml({
        connector: manifest.name,
        ...(Object.keys(settings).length > 0 ? { settings } : {}),
        // Copies: one object twice would be written as an anchor, which our files do not have.
        credentials: { read: { ...app.credentials.read }, write: { ...app.credentials.write } },
        mode: "observe",
      }),
  );
}
