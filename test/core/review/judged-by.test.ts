import { expect, test } from "vitest";
import { judgedBy, previewedBy, sameConnection } from "../../../src/core/review/judged-by.ts";
import { risksOf } from "../../../src/core/review/risks.ts";
import { allow, app, limits, organization, person } from "../../support/organization.ts";

const base = organization({ apps: [app("vault")], policies: [limits({ stops: { count: 1, percent: 1 } })], people: [person("ada")] });
const moved = {
  ...app("vault"),
  settings: { url: "https://evil.example" },
  credentials: { read: { token: "env:OTHER" }, write: { token: "env:OTHER" } },
};

test("connections, settings and policies are those of the base; people and what apps hold those of the head", () => {
  const head = organization({ apps: [{ ...moved, mode: "observe" }], people: [person("ada"), person("bob")], policies: [] });
  const seen = judgedBy(head, base);
  expect([...seen.people.keys()]).toEqual(["ada", "bob"]);
  expect(seen.policies).toBe(base.policies);
  expect(seen.settings).toBe(base.settings);
  const vault = seen.apps.get("vault")!;
  expect([vault.mode, sameConnection(vault, base.apps.get("vault")!)]).toEqual(["observe", true]);
});

test("an app that is new has no connection that anybody approved, and is not reached", () => {
  expect([...judgedBy(organization({ apps: [app("vault"), app("forge")] }), base).apps.keys()]).toEqual(["vault"]);
});

test("a renamed app keeps the connection it had, and is reached where operators have put its former name", () => {
  const renamed = { ...moved, key: "safe", formerly: ["vault"] };
  const seen = judgedBy(organization({ apps: [renamed] }), base).apps.get("safe")!;
  expect(sameConnection(seen, base.apps.get("vault")!)).toBe(true);
  expect(seen.reachedAs).toBe("vault");
  expect(
    judgedBy(organization({ apps: [{ ...seen, key: "chest", formerly: ["safe"] }] }), organization({ apps: [seen] })).apps.get("chest")!
      .reachedAs,
  ).toBe("vault");
  expect(judgedBy(base, base).apps.get("vault")!.reachedAs).toBeUndefined();
});

test("a preview goes by the policies of the base and the allowances of the head", () => {
  const expecting = (stops: number) => allow("vault", { stops });
  const loose = limits({ stops: { count: 100, percent: 100 } });
  const before = organization({ policies: [...base.policies, expecting(1)] });
  const after = organization({ policies: [loose, expecting(7)] });
  expect(previewedBy(after, before)).toEqual([...base.policies, expecting(7)]);
  expect(previewedBy(organization({ policies: [] }), before)).toEqual(base.policies);
});

test("every part of a change that touches a credential, judges, or runs is a risk of its own", () => {
  const head = organization({
    apps: [moved, app("forge")],
    people: [person("ada", { accounts: { vault: { id: "7" } } }), person("bob", { formerly: ["ada"] })],
  });
  const file = (path: string, kind: "file" | "link" | "executable" | "submodule" = "file") => ({ path, change: "changed" as const, kind });
  const risks = risksOf({
    paths: [
      file(".github/workflows/rollcall-apply.yml"),
      file("../elsewhere/notes.txt"),
      file("CODEOWNERS"),
      file("identities/apps/forge.yaml"),
      file("identities/apps/vault.yaml"),
      file("identities/people/ada.yaml"),
      file("identities/people/bob.yaml"),
      file("identities/people/eve.yaml", "link"),
      file("identities/roles/sre.yaml"),
      file("package.json"),
      file("policies/limits.yaml"),
      file("providers/x", "submodule"),
      file("rollcall.yaml"),
    ],
    base,
    head,
  });
  expect(risks.map((r) => `${r.kind} ${r.path}`)).toEqual([
    "workflow .github/workflows/rollcall-apply.yml",
    "foreign-path ../elsewhere/notes.txt",
    "workflow CODEOWNERS",
    "app identities/apps/forge.yaml",
    "app identities/apps/vault.yaml",
    "identity identities/people/ada.yaml",
    "identity identities/people/bob.yaml",
    "link identities/people/eve.yaml",
    "code package.json",
    "policy policies/limits.yaml",
    "link providers/x",
    "settings rollcall.yaml",
  ]);
});
