/** Checks of writing: what is done shows, twice is once, and nothing else changes. */
import type { Call } from "../../contract.ts";
import { refKey } from "../../../core/model/observed.ts";
import { handful, worldText } from "../compare.ts";
import { forEachCall, one, said, settled } from "../for-each-call.ts";
import { readAll, type Reading } from "../read-all.ts";
import { groupKind, smallCensus } from "../sample.ts";
import { inSession, type Session } from "../session.ts";
import type { Check } from "../target.ts";

export const everyVerbTwice: Check = {
  name: "every verb does what it says, and doing it twice changes nothing more",
  law: "9: everything runs twice",
  needs: "simulator",
  run: (target) =>
    forEachCall(target, async ({ running }, { tenant }, sample) => {
      const first = await one(tenant, sample.call);
      if (!settled(first)) return first.status === "failed" ? [`It failed: ${first.fault.kind}, ${first.fault.message}`] : [];
      const missing = sample.missing(running.census());
      const world = worldText(running);
      const second = await one(tenant, sample.call);
      return [
        ...(missing === null ? [] : [`It says ${first.status}, and ${missing}`]),
        ...(settled(second) ? [] : [`The second time it is ${said(second)}`]),
        ...(worldText(running) === world ? [] : ["The second time changed the world"]),
      ];
    }),
};

export const createdIsListed: Check = {
  name: "a created account is in the lists, with the ref of its outcome",
  law: "6: identity is kept after the first match",
  needs: "simulator",
  run: (target) =>
    forEachCall(
      target,
      async ({ running, open }, { tenant }, sample) => {
        const outcome = await one(tenant, sample.call);
        if (outcome.status !== "done" && outcome.status !== "invited") return [`It is ${said(outcome)}`];
        const { ref } = outcome;
        if (!ref) return ["Its outcome names no account"];
        const listed = (await readAll((await open("read")).tenant)).accounts.get(refKey(ref));
        if (outcome.status === "done") {
          return listed?.status === "active" ? [] : [`The list shows the new account as ${listed?.status ?? "nothing"}`];
        }
        const login = "login" in sample.call ? sample.call.login : undefined;
        target.simulator!.acceptInvitations(running);
        const accepted = [...(await readAll((await open("read")).tenant)).accounts.values()].filter(
          (a) => a.login === login && a.status === "active",
        );
        return [
          ...(listed?.status === "pending" ? [] : [`The list shows the invited account as ${listed?.status ?? "nothing"}`]),
          ...(accepted.length === 1 ? [] : [`After the invitation was accepted, ${accepted.length} accounts have the login`]),
        ];
      },
      (s) => s.verb === "create",
    ),
};

export const removingTheAbsent: Check = {
  name: "taking away what is not there is no error",
  law: "9: everything runs twice",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ running, open }) => {
      const { manifest } = target.connector;
      const { tenant } = await open("write");
      const reading = await readAll(tenant);
      const named = groupKind(manifest);
      const empty = named ? reading.groups.get(`${named.prefix}kit-0003`) : undefined;
      const holder = [...reading.accounts.values()].find((a) => a.status === "active" && !a.admin);
      if (!manifest.verbs.revoke || !named || !empty || !holder) return [];
      const world = worldText(running);
      const absent = { name: empty.entitlement, ref: empty.ref };
      const login = holder.login === undefined ? {} : { login: holder.login };
      const outcome = await one(tenant, { verb: "revoke", ref: holder.ref, ...login, target: absent, level: named.kind.levels[0] ?? "" });
      return [
        ...(settled(outcome) ? [] : [`Revoking a membership that nobody holds is ${said(outcome)}`]),
        ...(worldText(running) === world ? [] : ["Revoking a membership that nobody holds changed the world"]),
      ];
    }),
};

export const oneEdgeAlone: Check = {
  name: "one grant or revocation leaves every other edge alone, even one made in between",
  law: "7: grants are edges, never an array that is replaced",
  needs: "simulator",
  run: (target) =>
    forEachCall(
      target,
      async ({ running, open }, { tenant, strict, reading }, sample) => {
        if (sample.call.verb !== "grant" && sample.call.verb !== "revoke") return [];
        const { call } = sample;
        const held = (id: string): string[] =>
          running
            .census()
            .groups.flatMap((g) =>
              g.members
                .filter((m) => m.id !== id || g.entitlement !== call.target.name)
                .map((m) => `${m.id} ${g.entitlement} ${m.level ?? ""}`),
            );
        const before = held(call.ref.id);
        // Somebody else joins the same group after this connector has read, and just before it writes.
        const other = await rivalOf(reading, open, call);
        let joined = false;
        strict.interfere(async (request) => {
          if (request.writes && other && !joined) {
            joined = true;
            await other.join();
          }
          return null;
        });
        const outcome = await one(tenant, call);
        const after = new Set(held(call.ref.id));
        return [
          ...(settled(outcome) ? [] : [`It is ${said(outcome)}`]),
          ...handful(before.filter((edge) => !after.has(edge)).map((edge) => `It took away the edge ${edge}`)),
          ...(other && joined && ![...after].some((edge) => edge.startsWith(`${other.id} ${call.target.name} `))
            ? ["It took away the edge that was made in between"]
            : []),
        ];
      },
      (s) => s.verb === "grant" || s.verb === "revoke",
    ),
};

export const lostAnswerMakesOne: Check = {
  name: "a lost answer to a creation, and the same creation again, make one account",
  law: "9: nothing is done twice",
  needs: "simulator",
  run: (target) =>
    forEachCall(
      target,
      async ({ running }, { tenant, strict }, sample) => {
        let lost = false;
        strict.interfere((request) => {
          if (!request.writes || lost) return null;
          lost = true;
          return "lose-answer";
        });
        const first = await one(tenant, sample.call);
        const second = await one(tenant, sample.call);
        const told = first.status === "failed" && (first.fault.kind === "ambiguous" || first.fault.kind === "transient");
        const known = settled(second) || (second.status === "failed" && second.fault.kind === "conflict");
        const missing = sample.missing(running.census());
        return [
          ...(told ? [] : [`A lost answer is ${said(first)}`]),
          ...(known ? [] : [`The same creation again is ${said(second)}`]),
          ...(missing === null ? [] : [`After both, ${missing}`]),
        ];
      },
      (s) => s.verb === "create",
    ),
};

export const freshDespiteLag: Check = {
  name: "get() shows a write at once, however far the lists lag behind",
  law: "3: absence is proven by a look-up in this run",
  needs: "simulator",
  run: (target) =>
    forEachCall(
      target,
      async (_session, { tenant }, sample) => {
        const { call } = sample;
        const outcome = await one(tenant, call);
        if (outcome.status !== "done") return [];
        const ref = call.verb === "create" ? outcome.ref : "ref" in call ? call.ref : undefined;
        if (!ref) return ["Its outcome names no account"];
        const subject = await tenant.get(ref);
        const edge =
          "target" in call ? subject?.edges.find((e) => e.entitlement === call.target.name && e.derived === undefined) : undefined;
        const shown: Partial<Record<Call["verb"], boolean>> = {
          create: subject !== null,
          suspend: subject?.account.status === "suspended",
          delete: subject === null,
          grant: edge !== undefined && "level" in call && (edge.level ?? "") === call.level,
          revoke: edge === undefined,
        };
        return shown[call.verb] === false ? ["get() still shows the account as it was"] : [];
      },
      (s) => ["create", "suspend", "delete", "grant", "revoke"].includes(s.verb),
      10_000,
    ),
};

/** Another account that does not hold the target yet, and a way to give it that through a tenant of its own. */
async function rivalOf(
  reading: Reading,
  open: Session["open"],
  call: Call & { verb: "grant" | "revoke" },
): Promise<{ readonly id: string; join(): Promise<void> } | null> {
  if (!call.target.ref) return null; // no group: nothing to replace
  const holders = new Set([...reading.edges.values()].filter((e) => e.entitlement === call.target.name).map((e) => refKey(e.account)));
  const free = [...reading.accounts.values()].filter((a) => a.status === "active" && !a.admin && !holders.has(refKey(a.ref)));
  const account = free.find((a) => refKey(a.ref) !== refKey(call.ref));
  if (!account) return null;
  const { tenant } = await open("write");
  const login = account.login === undefined ? {} : { login: account.login };
  return {
    id: account.ref.id,
    async join() {
      const outcome = await one(tenant, { verb: "grant", ref: account.ref, ...login, target: call.target, level: call.level });
      if (!settled(outcome)) throw new Error(`The kit could not add another member: ${said(outcome)}`);
    },
  };
}
