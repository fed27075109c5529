/** Accounts as Terraform resources: the built-in `terraform_data`, which needs no provider and calls nobody. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes so many resource blocks, and with `state` the state in which all of them are there already. */
export async function writeResources(dir: string, count: number, state: boolean): Promise<void> {
  const all = Array.from({ length: count }, (_, i) => i);
  await writeFile(join(dir, "main.tf"), all.map(block).join("\n"));
  if (!state) return;
  const file = {
    version: 4,
    terraform_version: "1.4.0", // the first that has terraform_data; every later one reads it
    serial: 1,
    lineage: "3f2b6a52-6d0e-4a37-9c0e-7a1f0c9d5e11",
    outputs: {},
    resources: all.map(resource),
    check_results: null,
  };
  await writeFile(join(dir, "terraform.tfstate"), JSON.stringify(file));
}

const key = (i: number): string => `p${String(i).padStart(6, "0")}`;
const space = (i: number): string => `space/s${i % 64}`;

const block = (i: number): string => `resource "terraform_data" "account_${key(i)}" {
  input = {
    app        = "wiki"
    person     = "${key(i)}"
    status     = "active"
    attributes = { name = "${key(i).toUpperCase()}", email = "${key(i)}@acme.example" }
    grants     = { "member" = "", "${space(i)}" = "reader" }
  }
}
`;

function resource(i: number): object {
  const attributes = { email: `${key(i)}@acme.example`, name: key(i).toUpperCase() };
  const texts = (names: readonly string[]): object => ["object", Object.fromEntries(names.map((name) => [name, "string"]))];
  const given = {
    value: { app: "wiki", attributes, grants: { member: "", [space(i)]: "reader" }, person: key(i), status: "active" },
    type: [
      "object",
      { app: "string", attributes: texts(["email", "name"]), grants: texts(["member", space(i)]), person: "string", status: "string" },
    ],
  };
  const id = `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`;
  return {
    mode: "managed",
    type: "terraform_data",
    name: `account_${key(i)}`,
    provider: 'provider["terraform.io/builtin/terraform"]',
    instances: [{ schema_version: 0, attributes: { id, input: given, output: given, triggers_replace: null }, sensitive_attributes: [] }],
  };
}
