import { expect, test } from "vitest";
import github from "../providers/github/connector.ts";
import manual from "../providers/manual/connector.ts";
import memory from "../providers/memory/connector.ts";
import scim from "../providers/scim/connector.ts";
import type { CheckSettings } from "../src/core/check/context.ts";
import { conditionHolds } from "../src/core/expression/holds.ts";
import { loadOrganization } from "../src/core/load.ts";
import { readWorkspace } from "../src/io/workspace/read-workspace.ts";

const connectors = new Map([github, manual, memory, scim].map((c) => [c.manifest.name, c]));
const checkSettings: CheckSettings = (name, settings) =>
  (connectors.get(name)!.config.safeParse(settings).error?.issues ?? []).map((i) => ({
    path: i.path.map((p) => (typeof p === "number" ? p : String(p))),
    message: i.message,
  }));

test("the sample company at the root of the repository loads without a problem", async () => {
  const { files, diagnostics } = readWorkspace(new URL("..", import.meta.url).pathname);
  expect(diagnostics).toEqual([]);
  const manifests = new Map([...connectors].map(([name, c]) => [name, c.manifest]));
  const loaded = loadOrganization({ files, manifests, checkSettings, today: "2026-11-23" });
  expect(loaded.diagnostics).toEqual([]);
  const { people, roles, apps } = loaded.organization!;
  expect([...apps.keys()].sort()).toEqual(["badges", "chat", "github", "studio", "wiki"]);
  expect(people.size).toBe(15);
  const holds = conditionHolds();
  const holding = (role: string): string[] => [...people.values()].filter((p) => holds(roles.get(role)!, p)).map((p) => p.key);
  expect(holding("everyone")).toHaveLength(15);
  expect(holding("engineer")).toContain("ada");
  expect(holding("engineer")).not.toContain("mary");
});
