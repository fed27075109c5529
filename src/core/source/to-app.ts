import type { z } from "zod";
import { compareText, type Diagnostic } from "../diagnostic.ts";
import type { App, EntitlementDeclaration, Provisioner, SecretSources } from "../model/app.ts";
import type { appFile, credentials } from "../model/app.schema.ts";
import { daysOf } from "../model/text.schema.ts";
import type { Source } from "./parse.ts";
import { optional, originOf, toFormerly } from "./to-person.ts";

/** Days between a leaver's last day and the deletion of the account, where the app's file does not say. */
const defaultDeleteAfterDays = 90;

export function toApp(key: string, file: z.infer<typeof appFile>, source: Source, diagnostics: Diagnostic[]): App {
  const deleteAfter = file.leavers?.["delete-after"];
  return {
    key,
    connector: file.connector,
    settings: file.settings ?? {},
    credentials: toCredentials(file.credentials ?? {}, source, diagnostics),
    mode: file.mode ?? "enforce",
    provisionedBy: toProvisioner(file["provisioned-by"], source),
    after: file.after ?? [],
    owners: file.owners ?? [],
    entitlements: file.entitlements ? toCatalogue(file.entitlements, source) : null,
    leavers: {
      ...optional("transferTo", file.leavers?.["transfer-to"]),
      deleteAfterDays:
        deleteAfter === undefined ? defaultDeleteAfterDays : deleteAfter === "never" ? Number.MAX_SAFE_INTEGER : daysOf(deleteAfter),
    },
    orphans: file.orphans ?? "report",
    formerly: toFormerly(file.formerly),
    origin: originOf(source, []),
  };
}

/** Minutes that an identity provider may take where the app's file does not say. */
const defaultSettles = 60;

function toProvisioner(written: z.infer<typeof appFile>["provisioned-by"], source: Source): Provisioner {
  const origin = originOf(source, ["provisioned-by"], true);
  const { app, grant, settles, stops }: Exclude<typeof written, string | undefined> =
    typeof written === "object" ? written : { app: written ?? "rollcall" };
  return {
    name: app,
    ...optional("grant", grant),
    settles: settles === undefined ? defaultSettles : settles === "first-login" ? null : minutesOf(settles),
    stops: stops ?? "both",
    origin,
  };
}

/** Minutes of a checked `60m`, `24h` or `2d`. */
const minutesOf = (value: string): number => Number(value.slice(0, -1)) * { m: 1, h: 60, d: 1440 }[value.slice(-1) as "m" | "h" | "d"];

function toCatalogue(written: NonNullable<z.infer<typeof appFile>["entitlements"]>, source: Source): Map<string, EntitlementDeclaration> {
  const entries = Object.entries(written).sort(([a], [b]) => compareText(a, b));
  return new Map(
    entries.map(([name, entry]) => [
      name,
      {
        name,
        ...optional("description", entry?.description),
        risk: entry?.risk ?? "normal",
        ...(entry?.max === undefined ? {} : { maxDays: daysOf(entry.max) }),
        approvers: entry?.approvers ?? [],
        manage: entry?.manage ?? false,
        members: entry?.members ?? "shared",
        status: entry?.status ?? "present",
        formerly: toFormerly(entry?.formerly),
        ...(entry?.through === undefined
          ? {}
          : { through: new Map(typeof entry.through === "string" ? [["", entry.through]] : Object.entries(entry.through)) }),
        origin: originOf(source, ["entitlements", name], true),
      },
    ]),
  );
}

/** Both spellings as one. `read` and `write` hold maps; any other name holds a source, for both purposes. */
function toCredentials(written: z.infer<typeof credentials>, source: Source, diagnostics: Diagnostic[]): App["credentials"] {
  const flat: Record<string, string> = {};
  const split: { read: SecretSources; write: SecretSources } = { read: {}, write: {} };
  const report = (name: string, summary: string): void => {
    diagnostics.push({
      code: "CREDENTIALS_SHAPE",
      severity: "error",
      summary,
      fix: "Write { token: env:NAME } for both purposes, or { read: { token: env:A }, write: { token: env:B } }.",
      where: [source.locate(["credentials", name], { key: true })],
      sensitive: true,
    });
  };
  let maps = 0;
  for (const [name, value] of Object.entries(written).sort(([a], [b]) => compareText(a, b))) {
    if (typeof value === "string") flat[name] = value;
    else if (name === "read" || name === "write") {
      split[name] = value;
      maps++;
    } else report(name, "Only read and write hold maps of credentials.");
  }
  if (maps > 0 && Object.keys(flat).length > 0)
    report(Object.keys(flat)[0]!, "Credentials are given both by purpose and for both purposes.");
  return maps > 0 ? split : { read: flat, write: flat };
}
