/** A pretended SCIM server and a tenant on it, closed when the test ends. */
import { onTestFinished } from "vitest";
import { openStrictIo } from "../../src/connector/conformance/strict-io.ts";
import type { Call, Outcome, RunningSimulator, Tenant } from "../../src/connector/index.ts";
import connector from "../../providers/scim/connector.ts";
import type { Profile } from "../../providers/scim/profile.ts";
import type { ProfileName } from "../../providers/scim/profiles.ts";
import simulator from "../../providers/scim/simulator.ts";
import { traitsOf } from "../../providers/scim/simulator/traits.ts";
import { type World, worldSchema } from "../../providers/scim/simulator/world.ts";

export interface ScimStage {
  readonly running: RunningSimulator<World>;
  readonly tenant: Tenant;
  readonly strict: ReturnType<typeof openStrictIo>;
  perform(call: Call): Promise<Outcome>;
}

interface Setup {
  /** Of the tenant's settings, and of the server unless that is given by its own name. */
  readonly profile?: ProfileName;
  /** Whose server it is. */
  readonly vendor?: ProfileName;
  readonly server?: Parameters<typeof traitsOf>[1];
  readonly own?: Partial<Profile>;
  readonly users?: object[];
  readonly groups?: object[];
}

export const ada = { kind: "user", id: "1" };
export const grace = { kind: "user", id: "2" };

export const person = (id: string, userName: string, more: object = {}): object => ({
  id,
  userName,
  displayName: userName,
  emails: [{ value: `${userName}@acme.example`, type: "work", primary: true }],
  ...more,
});

export const two = [person("1", "ada"), person("2", "grace")];
export const engineers = { id: "g1", displayName: "Engineers", members: [{ value: "1" }, { value: "2" }] };
export const target = { name: "group/Engineers", ref: { kind: "group", id: "g1" } };
export const many = (count: number): object[] => Array.from({ length: count }, (_, i) => person(String(i + 1), `u${i + 1}`));

/** By default both of the standard kind, with Ada and Grace in one group. */
export async function stage(setup: Setup = {}): Promise<ScimStage> {
  const { profile = "standard", vendor = profile, server, own = {}, users = two, groups = [engineers] } = setup;
  const traits = traitsOf(vendor, server);
  const world = worldSchema.parse({ server: traits, users, groups: traits.groups ? groups : [] });
  const running = await simulator.start({ world });
  onTestFinished(async () => running.close());
  const strict = openStrictIo({ connector, baseUrl: running.url, access: "write", token: "t" });
  const tenant = await connector.open(connector.config.parse({ profile, server: own }), strict.io);
  return { running, tenant, strict, perform: async (call) => (await tenant.perform([call]))[0]! };
}

export const members = (running: RunningSimulator<World>, group = "g1"): string[] =>
  running
    .world()
    .groups.find((g) => g.id === group)!
    .members.map((m) => m.value);

export const userOf = (running: RunningSimulator<World>, id: string): Record<string, unknown> | undefined =>
  running.world().users.find((u) => u.id === id);
