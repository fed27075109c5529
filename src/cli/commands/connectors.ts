import { z } from "zod";
import { type Manifest, verbs } from "../../core/model/manifest.ts";
import { compareText } from "../../core/diagnostic.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { discoverConnectors } from "../repository.ts";

/** `rollcall connectors [list] [name]`: from the manifests alone; no tenant is opened. */
export async function connectors(context: Context, name: string | undefined): Promise<CommandResult> {
  const { connectors: found, manifests, problems } = await discoverConnectors(context.dir);
  for (const problem of problems) context.err(`warning: ${problem}\n`);
  const all = [...manifests.values()].sort((a, b) => compareText(a.name, b.name));
  if (name !== undefined) {
    const manifest = manifests.get(name);
    if (!manifest) throw new UsageError(`there is no connector ${name}${hinted(name, [...manifests.keys()])}`, 3);
    context.out(
      context.json ? `${JSON.stringify({ version: 1, connector: manifest }, null, 2)}\n` : describe(manifest, found.get(name)!.config),
    );
    return 0;
  }
  if (context.json) context.out(`${JSON.stringify({ version: 1, connectors: all }, null, 2)}\n`);
  else for (const m of all) context.out(`${m.name.padEnd(12)} ${m.description}\n`);
  return 0;
}

/** `settings:` of the app's file, as the connector's own schema has it. */
function describeSettings(config: z.ZodType): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(config, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, property]) => {
    const type = typeof property === "boolean" ? "any" : (property.enum?.map(String).join(" | ") ?? String(property.type ?? "any"));
    return `  ${name.padEnd(18)} ${type}, ${required.includes(name) ? "required" : "optional"}`;
  });
}

function describe(m: Manifest, config: z.ZodType): string {
  const settings = describeSettings(config);
  const lines = [
    `${m.name}: ${m.label}`,
    m.description,
    "",
    "settings",
    ...(settings.length > 0 ? settings : ["  none"]),
    "",
    "entitlements",
  ];
  for (const e of m.entitlements) {
    const levels = e.levels.length > 0 ? ` (${e.levels.join(" < ")})` : "";
    const marks = [
      e.base ? "the account itself" : "",
      e.admin ? "administrative" : "",
      e.readOnly ? `read only: ${e.readOnly}` : "",
    ].filter((t) => t !== "");
    lines.push(`  ${e.example}${levels}  ${e.description}${marks.length > 0 ? ` [${marks.join(", ")}]` : ""}`);
  }
  lines.push("", "verbs");
  for (const verb of verbs) {
    const facts = m.verbs[verb];
    if (!facts) {
      lines.push(`  ${verb.padEnd(18)} no`);
      continue;
    }
    const marks = [
      facts.reversible ? "reversible" : "NOT reversible",
      facts.destroysData ? "destroys data" : "",
      facts.endsSessions ? "ends sessions" : "",
      facts.freesLicence ? "frees a licence" : "",
      facts.settles > 0 ? `lists lag up to ${facts.settles} s` : "",
      facts.scopes.length > 0 ? `needs ${facts.scopes.join(", ")}` : "",
      facts.remark ?? "",
    ].filter((t) => t !== "");
    lines.push(`  ${verb.padEnd(18)} ${marks.join("; ")}`);
  }
  lines.push("", `stop: ${m.stop}; a leaver: ${[...m.leaver.stage1, ...m.leaver.stage2, ...m.leaver.stage3].join(", ")}`);
  if (m.residual.length > 0) lines.push("left to people:", ...m.residual.map((r) => `  ${r}`));
  lines.push(`joins accounts by: ${m.matchKeys.join(", ")}`, `hosts: ${m.hosts.length > 0 ? m.hosts.join(", ") : "none"}`);
  for (const s of m.secrets) lines.push(`secret ${s.name}: ${s.purpose}`);
  return `${lines.join("\n")}\n`;
}
