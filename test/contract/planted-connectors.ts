/**
 * Bad copies of the memory connector, each with one mistake that real connectors make. The kit must find every one by the check that is
 * about it.
 */
import { z } from "zod";
import {
  defineConnector,
  FaultError,
  type Call,
  type Connector,
  type Io,
  type Outcome,
  type Page,
  type Tenant,
} from "../../src/connector/index.ts";
import memory from "../../providers/memory/connector.ts";

export interface PlantedConnector {
  readonly mistake: string;
  /** Name of the check that must find it. */
  readonly foundBy: string;
  /** Part of a finding: the check must fail for this mistake and not for something else. */
  readonly says: string;
  readonly connector: Connector;
}

type Config = ReturnType<typeof memory.config.parse>;
type Remake = (tenant: Tenant, io: Io) => Partial<Tenant>;

/** Memory with some methods remade over the good ones. */
function remade(remake: Remake, wrapIo: (io: Io) => Io = (io) => io): Connector {
  return defineConnector<Config>({
    ...memory,
    async open(config, given) {
      const io = wrapIo(given);
      const tenant = await memory.open(config, io);
      return { ...tenant, ...remake(tenant, io) };
    },
  });
}

/** Memory over another fetch. */
const overFetch = (wrap: (fetch: Io["fetch"]) => Io["fetch"]): Connector =>
  remade(
    () => ({}),
    (io) => ({ ...io, fetch: wrap(io.fetch) }),
  );

const afterEachPage = (change: (page: Page, tenant: Tenant) => Page): Connector =>
  remade((tenant) => ({ read: async (scope, cursor) => change(await tenant.read(scope, cursor), tenant) }));

const afterEachCall = (change: (outcome: Outcome, call: Call) => Outcome): Connector =>
  remade((tenant) => ({
    async perform(calls) {
      const outcomes = await tenant.perform(calls);
      return outcomes.map((outcome, i) => change(outcome, calls[i]!));
    },
  }));

export const planted: readonly PlantedConnector[] = [
  {
    mistake: "stops after the first page and calls it complete",
    foundBy: "reads every page of every list",
    says: "An account is missing: 7051",
    connector: remade((tenant) => ({
      async read(scope, cursor) {
        const { next, ...page } = await tenant.read(scope, cursor);
        return next === undefined ? page : { ...page, closes: [...(page.closes ?? []), { scope: scope.id, complete: true }] };
      },
    })),
  },
  {
    mistake: "hands out the same cursor for ever",
    foundBy: "reads every page of every list",
    says: "of accounts twice",
    connector: remade((tenant) => {
      let kept: string | undefined;
      return {
        async read(scope, cursor) {
          const page = await tenant.read(scope, cursor);
          if (scope.id !== "accounts" || page.next === undefined) return page;
          kept ??= page.next;
          return { ...page, next: kept };
        },
      };
    }),
  },
  {
    mistake: "takes the e-mail address for the id",
    foundBy: "ids survive a change of login and e-mail address",
    says: "The new login does not find the account",
    connector: remade((tenant) => {
      const byEmail = (page: Page): Page => ({
        ...page,
        ...(page.accounts
          ? { accounts: page.accounts.map((a) => ({ ...a, ref: { kind: "account", id: a.emails[0]?.address ?? a.ref.id } })) }
          : {}),
      });
      return {
        read: async (scope, cursor) => byEmail(await tenant.read(scope, cursor)),
        async get(ref) {
          const [found] = await tenant.find([{ by: "email", value: ref.id }]);
          return found ?? null;
        },
      };
    }),
  },
  {
    mistake: "swallows an error while reading",
    foundBy: "a page that failed is never passed off as complete",
    says: "With 403 for GET /accounts: An account is missing",
    connector: remade((tenant) => ({
      async read(scope, cursor) {
        try {
          return await tenant.read(scope, cursor);
        } catch {
          return { closes: [{ scope: scope.id, complete: true }] };
        }
      },
    })),
  },
  {
    mistake: "reports a list as complete from its first page on",
    foundBy: "a page that failed is never passed off as complete",
    says: "With 403 for GET /accounts?cursor=",
    connector: remade((tenant) => ({
      async read(scope, cursor) {
        const page = await tenant.read(scope, cursor);
        return { ...page, closes: [{ scope: scope.id, complete: true }, ...(page.closes ?? []).filter((v) => v.scope !== scope.id)] };
      },
    })),
  },
  {
    mistake: "takes an answer without a list for an empty list",
    foundBy: "a page that failed is never passed off as complete",
    says: "With an empty object for GET /accounts: An account is missing",
    connector: overFetch((fetch) => async (input, init) => {
      const response = await fetch(input, init);
      const text = await response.text();
      const body = text === "{}" ? '{"items":[],"next":null}' : text;
      return new Response(response.status === 204 ? null : body, { status: response.status, headers: response.headers });
    }),
  },
  {
    mistake: "swallows an error while writing",
    foundBy: "a refused write is never done",
    says: "create: With 403 it is done",
    connector: afterEachCall((outcome) => (outcome.status === "failed" ? { status: "done" } : outcome)),
  },
  {
    mistake: "ignores a conflict",
    foundBy: "a refused write is never done",
    says: "create: With 409 it is done",
    connector: afterEachCall((outcome) =>
      outcome.status === "failed" && outcome.fault.kind === "conflict" ? { status: "done" } : outcome,
    ),
  },
  {
    mistake: "throws what the vendor refused instead of answering it",
    foundBy: "a refused write is never done",
    says: "perform() threw",
    connector: remade((tenant) => ({
      async perform(calls) {
        const outcomes = await tenant.perform(calls);
        for (const outcome of outcomes) if (outcome.status === "failed") throw new FaultError(outcome.fault);
        return outcomes;
      },
    })),
  },
  {
    mistake: "repeats failed requests by itself",
    foundBy: "no request is repeated by the connector",
    says: "a page was asked for 3 times",
    connector: overFetch((fetch) => async (input, init) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await fetch(input, init);
        } catch (error) {
          const again = error instanceof FaultError && (error.fault.kind === "transient" || error.fault.kind === "throttled");
          if (!again || attempt === 3) throw error;
        }
      }
    }),
  },
  {
    mistake: "waits by itself when it is throttled",
    foundBy: "the connector never waits by itself",
    says: "It set a timer of 60000 ms",
    connector: overFetch((fetch) => async (input, init) => {
      try {
        return await fetch(input, init);
      } catch (error) {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        throw error;
      }
    }),
  },
  {
    mistake: "replaces the list of members",
    foundBy: "one grant or revocation leaves every other edge alone, even one made in between",
    says: "It took away the edge that was made in between",
    connector: replacesMembers(),
  },
  {
    mistake: "leaks its token into an error",
    foundBy: "no credential is in any error, outcome or log line",
    says: "create lets the credential out",
    connector: remade((tenant, io) => ({
      async perform(calls) {
        const outcomes = await tenant.perform(calls);
        const token = await io.secret("token");
        return outcomes.map((o) =>
          o.status === "failed" ? { ...o, fault: { ...o.fault, message: `${o.fault.message} (sent with ${token})` } } : o,
        );
      },
    })),
  },
  {
    mistake: "leaks its token, encoded, into its log",
    foundBy: "no credential is in any error, outcome or log line",
    says: "its log lets the credential out",
    connector: remade((tenant, io) => ({
      async probe() {
        io.log(`authorization: Basic ${btoa(`:${await io.secret("token")}`)}`);
        return tenant.probe();
      },
    })),
  },
  {
    mistake: "compares logins with regard to case",
    foundBy: "look-ups by key and by id say what the lists say",
    says: "find(login: KIT-PERSON-0001) answers nothing",
    connector: remade((tenant) => ({
      async find(keys) {
        const found = await tenant.find(keys);
        return found.filter((s) => keys.some((k) => k.by !== "login" || k.value === s.account.login));
      },
    })),
  },
  {
    mistake: "answers look-ups without the edges",
    foundBy: "look-ups by key and by id say what the lists say",
    says: "an edge is missing",
    connector: remade((tenant) => ({
      async get(ref) {
        const subject = await tenant.get(ref);
        return subject && { ...subject, edges: [] };
      },
    })),
  },
  {
    mistake: "answers look-ups by id from the lists, which lag",
    foundBy: "get() shows a write at once, however far the lists lag behind",
    says: "suspend: get() still shows",
    connector: remade((tenant) => ({
      async get(ref) {
        const { accounts = [] } = await tenant.read({ id: "accounts", covers: "accounts" });
        const { edges = [] } = await tenant.read({ id: "spaces", covers: "groups" });
        const account = accounts.find((a) => a.ref.id === ref.id);
        return account ? { account, edges: edges.filter((e) => e.account.id === ref.id) } : null;
      },
    })),
  },
  {
    mistake: "makes a second account when it is asked twice",
    foundBy: "every verb does what it says, and doing it twice changes nothing more",
    says: "create: The second time changed the world",
    connector: remade((tenant) => {
      let attempt = 0;
      return {
        perform: (calls) =>
          tenant.perform(
            calls.map((call) => {
              if (call.verb !== "create") return call;
              attempt += 1;
              return { ...call, key: `${call.key}/${attempt}`, login: `${call.login}${attempt}`, email: `${attempt}.${call.email}` };
            }),
          ),
      };
    }),
  },
  {
    mistake: "calls what its manifest does not declare",
    foundBy: "no call is made that the manifest does not declare",
    says: "It called GET /audit-log",
    connector: remade((tenant, io) => ({
      async probe() {
        await io.fetch("/audit-log").catch(() => undefined);
        return tenant.probe();
      },
    })),
  },
  {
    mistake: "declares a write as a read",
    foundBy: "in a preview every read works and no write reaches the vendor",
    says: "delete: it is done in a preview",
    connector: {
      ...(memory as Connector),
      manifest: {
        ...memory.manifest,
        calls: memory.manifest.calls.map((c) => (c.method === "DELETE" ? { ...c, effect: "read" as const } : c)),
      },
    },
  },
  {
    mistake: "asks for each account one by one",
    foundBy: "a full read costs at most 1.1 times the vendor's minimum",
    says: "requests where",
    connector: remade((tenant) => ({
      async read(scope, cursor) {
        const page = await tenant.read(scope, cursor);
        for (const account of page.accounts ?? []) await tenant.get(account.ref);
        return page;
      },
    })),
  },
  {
    mistake: "lets any credential pass the probe",
    foundBy: "a wrong credential stops at the probe",
    says: "A wrong credential passes the probe",
    connector: remade(() => ({ probe: async () => ({ tenant: "w-1", unavailable: {}, joinsByEmail: true }) })),
  },
  {
    mistake: "gives everybody one more grant",
    foundBy: "normalise is idempotent and neither adds nor drops a grant",
    says: "It turns the grants",
    connector: remade(() => ({ normalise: (wish) => ({ ...wish, grants: { ...wish.grants, "space/everyone": "reader" } }) })),
  },
  {
    mistake: "lets unknown settings pass",
    foundBy: "settings are strict",
    says: "A setting that it does not know passes",
    connector: { ...(memory as Connector), config: z.looseObject({}) },
  },
  {
    mistake: "names a rate bucket that it does not have",
    foundBy: "the manifest is coherent",
    says: "which is none of its buckets",
    connector: { ...(memory as Connector), manifest: { ...memory.manifest, buckets: {} } },
  },
  {
    mistake: "shows rows in another order each time",
    foundBy: "two reads of one world are equal",
    says: "The second read differs",
    connector: afterEachPage(shuffling()),
  },
];

/** Every second page comes backwards. */
function shuffling(): (page: Page) => Page {
  let turn = 0;
  return (page) => {
    turn += 1;
    return turn % 2 === 0 || !page.accounts ? page : { ...page, accounts: turn > 5 ? page.accounts.toReversed() : page.accounts };
  };
}

/** Reads the members of a space, edits the list and sends it back whole: whoever was added meanwhile is lost. */
function replacesMembers(): Connector {
  const calls = [
    { name: "replace members", method: "PUT", path: "/groups/*/members", effect: "write", bucket: "api", idempotent: true } as const,
    ...memory.manifest.calls,
  ];
  const bad = remade((tenant, io) => ({
    async perform(asked) {
      const outcomes: Outcome[] = [];
      for (const call of asked) {
        if ((call.verb !== "grant" && call.verb !== "revoke") || !call.target.ref) outcomes.push(...(await tenant.perform([call])));
        else outcomes.push(await replace(io, call));
      }
      return outcomes;
    },
  }));
  return { ...bad, manifest: { ...memory.manifest, calls } };
}

async function replace(io: Io, call: Call & { verb: "grant" | "revoke" }): Promise<Outcome> {
  const path = `/groups/${call.target.ref!.id}/members`;
  const { items } = (await (await io.fetch(path)).json()) as { items: { accountId: string; level: string }[] };
  const others = items.filter((m) => m.accountId !== call.ref.id);
  const members = call.verb === "grant" ? [...others, { accountId: call.ref.id, level: call.level }] : others;
  const { status } = await io.fetch(path, { method: "PUT", body: JSON.stringify({ members }) });
  return status === 204 ? { status: "done" } : { status: "failed", fault: { kind: "invalid", message: `Answered ${status}`, status } };
}
