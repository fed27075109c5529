/** Checks of faults: refusals are told, nothing is repeated, nothing waits, nothing is written in a preview. */
import { FaultError } from "../../fault.ts";
import { handful, againstCensus, worldText } from "../compare.ts";
import { forEachCall, one, said, threw } from "../for-each-call.ts";
import { incomplete, readAll } from "../read-all.ts";
import { fullCensus, smallCensus } from "../sample.ts";
import { sampleCalls } from "../sample-calls.ts";
import { inSession } from "../session.ts";
import { watchTimers } from "../timers.ts";
import type { Check } from "../target.ts";

/** Verbs for which "it is not there" means that nothing is left to do. */
const removals = ["delete", "revoke", "deleteGroup", "endSessions", "revokeCredentials", "suspend"];

export const refusedIsNotDone: Check = {
  name: "a refused write is never done",
  law: "14: never counted as done",
  needs: "simulator",
  async run(target) {
    const findings: string[] = [];
    for (const status of [403, 404, 409, 422]) {
      const found = await forEachCall(target, async ({ running }, { tenant, strict }, sample) => {
        let refused = 0;
        strict.interfere((request) => {
          if (!request.writes) return null;
          refused += 1;
          return { status, body: { message: "Planted" } };
        });
        const world = worldText(running);
        const outcome = await one(tenant, sample.call);
        const gone = status === 404 && removals.includes(sample.verb);
        // A vendor may say 409 or 422 of what is so already; who relies on it has checked what the answer says.
        const fine = outcome.status === "failed" || outcome.status === "human" || (outcome.status === "already" && gone);
        return [
          ...(refused === 0 || (fine && !threw(outcome)) ? [] : [`With ${status} it is ${said(outcome)}`]),
          ...(worldText(running) === world ? [] : [`With ${status} the world has changed`]),
        ];
      });
      findings.push(...found);
    }
    return handful(findings);
  },
};

export const repeatsNothing: Check = {
  name: "no request is repeated by the connector",
  law: "5 of the design: the core owns retries",
  needs: "simulator",
  async run(target) {
    const findings: string[] = [];
    for (const status of [429, 500, 503]) {
      const reads = await inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ open }) => {
        const found: string[] = [];
        const { tenant, strict } = await open("read");
        const [root] = tenant.roots();
        if (!root) return ["It has nothing to read"];
        strict.interfere(() => ({ status, headers: { "retry-after": "1" }, body: { message: "Planted" } }));
        const before = strict.outgoing.length;
        await tenant.read(root.scope, root.cursor).then(
          () => found.push(`With ${status} a page was read all the same`),
          () => undefined, // failing is what it should do; how is the business of other checks
        );
        const sent = strict.outgoing.length - before;
        if (sent > 1) found.push(`With ${status} a page was asked for ${sent} times`);
        return found;
      });
      const writes = await forEachCall(target, async (_session, { tenant, strict }, sample) => {
        strict.interfere((request) => (request.writes ? { status, headers: { "retry-after": "1" }, body: { message: "Planted" } } : null));
        const before = strict.outgoing.length;
        const outcome = await one(tenant, sample.call);
        const sent = strict.outgoing.slice(before).filter((r) => r.writes).length;
        return [
          ...(sent > 1 ? [`With ${status} it was sent ${sent} times`] : []),
          ...(sent > 0 && outcome.status !== "failed" ? [`With ${status} it is ${said(outcome)}`] : []),
        ];
      });
      findings.push(...reads, ...writes);
    }
    return handful(findings);
  },
};

export const neverWaits: Check = {
  name: "the connector never waits by itself",
  law: "the contract: a connector never sleeps",
  needs: "simulator",
  async run(target) {
    const timers = watchTimers();
    try {
      await inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ open }) => {
        const { tenant, strict, facts } = await open("write");
        const samples = sampleCalls(target.connector.manifest, await readAll(tenant), facts);
        strict.interfere(() => ({ status: 429, headers: { "retry-after": "1" }, body: { message: "Planted" } }));
        await readAll(tenant);
        for (const sample of samples) await one(tenant, sample.call);
      });
    } finally {
      timers.stop();
    }
    return handful(timers.waits.map((ms) => `It set a timer of ${ms} ms`));
  },
};

export const previewCannotWrite: Check = {
  name: "in a preview every read works and no write reaches the vendor",
  law: "2: preview cannot write",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ running, openInRoom }) => {
      const { tenant } = await openInRoom("read");
      const facts = await tenant.probe();
      const reading = await readAll(tenant);
      const findings = [...incomplete(reading), ...againstCensus(target.connector.manifest, reading, running.census())];
      const world = worldText(running);
      for (const sample of sampleCalls(target.connector.manifest, reading, facts)) {
        const outcome = await one(tenant, sample.call);
        // "already" may be the truth: some calls look first, and find that there is nothing to do.
        if (["done", "invited", "pending"].includes(outcome.status)) findings.push(`${sample.label}: it is ${said(outcome)} in a preview`);
      }
      if (worldText(running) !== world) findings.push("The preview changed the world");
      const wrote = running.seen.filter((r) => r.mutating);
      return handful([...findings, ...wrote.map((r) => `The preview sent ${r.method} ${r.path}`)]);
    }),
};

export const callsAreDeclared: Check = {
  name: "no call is made that the manifest does not declare",
  law: "2: the manifest says which calls read",
  needs: "simulator",
  async run(target) {
    const reads = await inSession(target, { census: fullCensus(target.connector.manifest) }, async ({ open }) => {
      const { tenant, strict } = await open("read");
      const [account] = (await readAll(tenant)).accounts.values();
      if (account) {
        await tenant.get(account.ref);
        await tenant.find([
          { by: "id", value: account.ref.id },
          { by: "login", value: account.login ?? "kit-nobody" },
          { by: "email", value: account.emails[0]?.address ?? "kit-nobody@acme.example" },
        ]);
      }
      return [...strict.violations];
    });
    const writes = await forEachCall(target, async (_session, { tenant }, sample) => {
      await one(tenant, sample.call); // what it made of it is judged elsewhere; forEachCall adds the violations
      return [];
    });
    return handful([...reads, ...writes]);
  },
};

export const faultsAreOurs: Check = {
  name: "what goes wrong in reading is a fault of the closed union",
  law: "the contract: reads throw FaultError",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ open }) => {
      const findings: string[] = [];
      for (const status of [400, 403, 404, 422, 500]) {
        const { tenant, strict } = await open("read");
        const [account] = (await readAll(tenant)).accounts.values();
        strict.interfere(() => ({ status, body: { message: "Planted" } }));
        const attempts: [string, () => Promise<unknown>][] = [
          ["probe()", () => tenant.probe()],
          ...tenant.roots().map((o): [string, () => Promise<unknown>] => [`read(${o.scope.id})`, () => tenant.read(o.scope, o.cursor)]),
          ...(account ? ([["get()", () => tenant.get(account.ref)]] as [string, () => Promise<unknown>][]) : []),
        ];
        for (const [what, attempt] of attempts) {
          try {
            await attempt();
          } catch (error) {
            if (!(error instanceof FaultError))
              findings.push(`With ${status}, ${what} throws ${error instanceof Error ? error.name : typeof error}`);
          }
        }
      }
      return handful(findings);
    }),
};
