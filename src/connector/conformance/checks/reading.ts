/** Checks of reading: everything, once, in few requests, and honest about what is missing. */
import type { Target, Check } from "../target.ts";
import { againstCensus, differences, handful } from "../compare.ts";
import { edgeKey, incomplete, readAll, type Reading } from "../read-all.ts";
import { fullCensus, twoPageCensus } from "../sample.ts";
import { inSession } from "../session.ts";
import type { Interference } from "../strict-io.ts";

export const readsEverything: Check = {
  name: "reads every page of every list",
  law: "3: conclusions from absence need a scope proven complete",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: fullCensus(target.connector.manifest) }, async (session) => {
      const { tenant } = await session.open("read");
      const reading = await readAll(tenant);
      return [
        ...handful(reading.breaches),
        ...handful(incomplete(reading)),
        ...againstCensus(target.connector.manifest, reading, session.running.census()),
      ];
    }),
};

export const readsTheSameTwice: Check = {
  name: "two reads of one world are equal",
  law: "16: same input, same bytes",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: twoPageCensus(target.connector.manifest) }, async (session) => {
      const first = await readAll((await session.open("read")).tenant);
      const second = await readAll((await session.open("read")).tenant);
      return JSON.stringify(first.pages) === JSON.stringify(second.pages) ? [] : ["The second read differs from the first"];
    }),
};

export const rootsAndOpenAreSilent: Check = {
  name: "opening a tenant and asking for its roots send nothing",
  law: "5 of the contract: no request before the first method",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: { accounts: [], groups: [] } }, async ({ running, openInRoom }) => {
      const { tenant } = await openInRoom("read");
      const roots = [tenant.roots(), tenant.roots()].map((r) => JSON.stringify(r));
      return [
        ...(roots[0] === roots[1] ? [] : ["Its roots change from one call to the next"]),
        ...(running.seen.length === 0 ? [] : [`It sent ${running.seen[0]!.method} ${running.seen[0]!.path} before anything was asked`]),
      ];
    }),
};

export const staysWithinTheBudget: Check = {
  name: "a full read costs at most 1.1 times the vendor's minimum",
  law: "the call budget of DESIGN 5",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: fullCensus(target.connector.manifest) }, async ({ running, openInRoom }) => {
      const { tenant } = await openInRoom("read");
      await tenant.probe();
      const probes = running.seen.length;
      running.forget();
      await readAll(tenant);
      const allowed = Math.ceil(1.1 * target.simulator!.minimumReads(running.census()));
      return [
        ...(probes <= 2 ? [] : [`Its probe took ${probes} requests, and two are allowed`]),
        ...(running.seen.length <= allowed ? [] : [`It took ${running.seen.length} requests where ${allowed} are allowed`]),
      ];
    }),
};

const brokenPages: readonly { readonly label: string; readonly how: Interference }[] = [
  { label: "403", how: { status: 403, body: { message: "Planted" } } },
  { label: "404", how: { status: 404, body: { message: "Planted" } } },
  { label: "500", how: { status: 500, body: { message: "Planted" } } },
  { label: "an answer cut in half", how: "truncate" },
  { label: "an empty object", how: { status: 200, body: {} } },
];

export const admitsBrokenPages: Check = {
  name: "a page that failed is never passed off as complete",
  law: "3: an incomplete scope is unknown",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: twoPageCensus(target.connector.manifest) }, async (session) => {
      const whole = await session.open("read");
      const probes = whole.strict.outgoing.length;
      const wanted = await readAll(whole.tenant);
      const requests = whole.strict.outgoing.slice(probes);
      const findings = [...incomplete(wanted)];
      for (const [index, request] of requests.entries()) {
        for (const { label, how } of brokenPages) {
          const { tenant, strict } = await session.open("read");
          const before = strict.outgoing.length;
          strict.interfere((_request, i) => (i === before + index ? how : null));
          for (const lost of passedOff(wanted, await readAll(tenant)))
            findings.push(`With ${label} for ${request.method} ${request.path}: ${lost}`);
        }
      }
      return handful(findings);
    }),
};

/** Rows that are missing although every scope that should have shown them claims to be complete. */
function passedOff(wanted: Reading, reading: Reading): string[] {
  const findings: string[] = [];
  const scopes = [...reading.scopes.values()];
  const closed = (covers: string): boolean => scopes.filter((s) => s.scope.covers === covers).every((s) => s.complete);
  if (closed("accounts")) findings.push(...differences("An account", [...wanted.accounts.keys()], [...reading.accounts.keys()]));
  if (closed("groups")) findings.push(...differences("A group", [...wanted.groups.keys()], [...reading.groups.keys()]));
  for (const edge of wanted.edges.values()) {
    if (reading.edges.has(edgeKey(edge))) continue;
    const own = scopes.filter((s) => s.scope.covers === "edges" && s.scope.entitlement === edge.entitlement);
    const judges = own.length > 0 ? own : scopes.filter((s) => s.scope.covers === "edges" && s.scope.entitlement === undefined);
    if (judges.length > 0 && judges.every((s) => s.complete))
      findings.push(`The edge ${edgeKey(edge)} is missing from a scope that claims to be complete`);
  }
  return handful(findings);
}

export const probesAWrongCredential: Check = {
  name: "a wrong credential stops at the probe",
  law: "12: a credential is bound to its tenant",
  needs: "simulator",
  run: (target: Target) =>
    inSession(target, { census: { accounts: [], groups: [] } }, async (session) => {
      try {
        await session.open("read", "kit-wrong-credential");
      } catch (error) {
        const kind = error instanceof Error && "fault" in error ? (error.fault as { kind: string }).kind : "no fault at all";
        return kind === "auth" ? [] : [`A wrong credential is ${kind}, not auth`];
      }
      return ["A wrong credential passes the probe"];
    }),
};
