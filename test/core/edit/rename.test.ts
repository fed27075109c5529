import { expect, test } from "vitest";
import { renameEverywhere } from "../../../src/core/edit/rename.ts";

const policy = {
  path: "policies/approval.yaml",
  text: "kind: approval\nowners:\n  identities/people/ada.yaml: [grace] # hers\n  identities/apps/wiki.yaml: [ada]\n  policies/: [grace, ada]\n",
};
const settings = { path: "rollcall.yaml", text: "organization: Acme\npull-requests: { accounts: wiki }\n" };
const textOf = (kind: "person" | "app", from: string, to: string): Record<string, string> =>
  Object.fromEntries(renameEverywhere([policy, settings], kind, from, to).written.map((f) => [f.path, f.text]));

test("a person that is renamed keeps what she approves, and who approves changes to her file", () => {
  expect(textOf("person", "ada", "lovelace")).toEqual({
    [policy.path]:
      "kind: approval\nowners:\n  identities/people/lovelace.yaml: [grace] # hers\n  identities/apps/wiki.yaml: [lovelace]\n  policies/: [grace, lovelace]\n",
  });
});

test("an app that is renamed keeps its owners by path, and stays the one that people review with", () => {
  expect(textOf("app", "wiki", "docs")).toEqual({
    [policy.path]: policy.text.replace("apps/wiki.yaml", "apps/docs.yaml"),
    [settings.path]: "organization: Acme\npull-requests: { accounts: docs }\n",
  });
});
