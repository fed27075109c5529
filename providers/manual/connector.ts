/** The connector for apps without an API: reads a committed register, and turns every wish into a task. Sends nothing, ever. */
import { z } from "zod";
import { compareText, defineConnector, FaultError, refKey, type Scope, type Subject, type Tenant } from "../../src/connector/index.ts";
import { manifest } from "./manifest.ts";
import { answersTo, toAccount, toEdges } from "./register.ts";
import { taskOf } from "./task.ts";

const settings = z.strictObject({
  where: z
    .string()
    .min(1)
    .optional()
    .describe('Where people do the work, as they would say it: "the admin console of the door system". For the text of tasks.'),
});

const accounts: Scope = { id: "register", covers: "accounts" };
const grants: Scope = { id: "register grants", covers: "edges" };

export default defineConnector({
  manifest,
  config: settings,
  async open(config, { register }): Promise<Tenant> {
    const subjects: readonly Subject[] = [...register]
      .sort((a, b) => compareText(a.id, b.id))
      .map((entry) => ({ account: toAccount(entry), edges: toEdges(entry) }));
    const subjectOf = (id: string): Subject | undefined => subjects.find((s) => s.account.ref.id === id);
    return {
      async probe() {
        return { tenant: "register", unavailable: {}, joinsByEmail: true };
      },
      roots: () => [{ scope: accounts }, { scope: grants }],
      async read(scope) {
        const closes = [{ scope: scope.id, complete: true }];
        if (scope.id === accounts.id) return { accounts: subjects.map((s) => s.account), closes };
        if (scope.id === grants.id) return { edges: subjects.flatMap((s) => s.edges), closes };
        throw new FaultError({ kind: "invalid", message: `A register has no list ${scope.id}` });
      },
      async find(keys) {
        const found = new Map<string, Subject>();
        for (const entry of register) {
          const subject = keys.some((key) => answersTo(entry, key)) ? subjectOf(entry.id) : undefined;
          if (subject) found.set(refKey(subject.account.ref), subject);
        }
        return [...found.values()].sort((a, b) => compareText(a.account.ref.id, b.account.ref.id));
      },
      async get(ref) {
        return ref.kind === "entry" ? (subjectOf(ref.id) ?? null) : null;
      },
      async perform(calls) {
        const place = config.where === undefined ? "" : ` in ${config.where}`;
        return calls.map((call) => ({ status: "human", task: `${taskOf(call, register)}${place}` }) as const);
      },
    };
  },
});
