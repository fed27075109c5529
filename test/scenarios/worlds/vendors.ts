/** The world moves by itself: changes by hand, strangers, invitations, and vendors that err. */
import { expect } from "vitest";
import github from "../../../providers/github/simulator.ts";
import { apply } from "../../../src/cli/commands/apply.ts";
import type { Census } from "../../../src/connector/simulator.ts";
import { type Files, personFile } from "../../support/company.ts";
import { censusLines, type Scenario } from "../scenario.ts";
import { account, addUser, changeWiki, forge, inCore, inDocs, people, quiet, wiki } from "./small.ts";

const reader = (id: number) => ({ id: String(id), level: "reader" });
const crowd = Array.from({ length: 60 }, (_, i) => `m${String(i).padStart(2, "0")}`);

/** 60 people in one space, so that its list has a second page; three of them in another. */
const large: Census = {
  accounts: [account(1, "root", { admin: true }), ...crowd.map((login, i) => account(100 + i, login))],
  groups: [
    { entitlement: "space/all", members: crowd.map((_, i) => reader(100 + i)) },
    { entitlement: "space/few", members: [reader(100), reader(101), reader(102)] },
  ],
};
const inAll = (login: string, ...more: string[]): Files =>
  personFile(login, [`grants: [${["wiki/space/all:reader", ...more].join(", ")}]`]);
const crowdFiles = (few: string[]): Files =>
  Object.assign({}, ...crowd.map((m) => inAll(m, ...(few.includes(m) ? ["wiki/space/few:reader"] : []))));

export const vendorScenarios: readonly Scenario[] = [
  {
    name: "drift-both-ways",
    apps: wiki({ more: "entitlements:\n  space/docs: {}\n  space/data: { members: exclusive }\n" }),
    before: people,
    meanwhile: (company) =>
      changeWiki(company, (world) => {
        const [docs, data] = [world.groups.find((g) => g.name === "docs")!, world.groups.find((g) => g.name === "data")!];
        docs.members = [
          { account: "2", level: "reader" },
          { account: "4", level: "editor" },
          { account: "1", level: "editor" },
        ];
        data.members = [{ account: "3", level: "editor" }];
        world.groups.push({ ...docs, id: "s-9", name: "lab", members: [{ account: "4", level: "reader" }] });
      }),
    // Lost and lowered edges come back; the stranger in the exclusive space goes; the one in the shared space is reported.
    world: { wiki: [quiet[0], quiet[1], `${quiet[2]} space/lab:reader`, "root active admin space/docs:editor"] },
  },
  {
    name: "orphan-reported",
    apps: wiki(),
    before: people,
    meanwhile: (company) =>
      changeWiki(company, (w) => void w.accounts.push({ ...w.accounts[1]!, id: "9", login: "eve", email: "eve@acme.example" })),
    world: { wiki: [...quiet.slice(0, 3), "eve active", quiet[3]] },
  },
  {
    name: "orphan-suspended",
    apps: wiki({ more: "orphans: suspend\n" }),
    before: { ...people, ...personFile("root", ["accounts: { wiki: root }", "grants: [wiki/admin]"]) },
    meanwhile: (company) =>
      changeWiki(company, (w) => void w.accounts.push({ ...w.accounts[1]!, id: "9", login: "eve", email: "eve@acme.example" })),
    world: { wiki: [...quiet.slice(0, 3), "eve suspended", quiet[3]] },
  },
  {
    name: "protected",
    apps: wiki(),
    before: { ...people, "policies/protected.yaml": "kind: protected\nname: break-glass\naccounts: [{ app: wiki, person: bob }]\n" },
    change: { ...inDocs("bob", "last-day: 2026-06-01"), ...inDocs("cat", "last-day: 2026-06-01") },
    // Bob stays as he is; the other leaver goes all the same.
    codes: { preview: 5, apply: 5, again: 5 },
    world: { wiki: [quiet[0], quiet[1], "cat suspended", quiet[3]] },
  },
  {
    name: "suspended-elsewhere",
    apps: wiki(),
    before: people,
    meanwhile: (company) => changeWiki(company, (w) => void (w.accounts.find((a) => a.login === "bob")!.status = "suspended")),
    world: { wiki: [quiet[0], "bob suspended space/docs:editor", ...quiet.slice(2)] },
  },
  {
    name: "invitation-sent",
    apps: forge,
    before: inCore("ada"),
    meanwhile: (company) => addUser(company, 7, "dan-gh"),
    change: inCore("dan"),
    world: { forge: ["ada-gh active team/core:member", "boss active admin", "dan-gh pending"] },
    async also(company) {
      github.acceptInvitations(company.apps["forge"] as never);
      expect((await company.run((context) => apply(context, { yes: true }))).code).toBe(0);
      expect(censusLines(company.apps["forge"]!)).toEqual([
        "ada-gh active team/core:member",
        "boss active admin",
        "dan-gh active team/core:member",
      ]);
      company.forget();
      await company.run((context) => apply(context, { yes: true }));
      expect(company.mutating()).toEqual([]);
      // Once she is in, an edge of ours is taken away like any other.
      await company.write(personFile("dan", ["accounts: { forge: dan-gh }", "grants: [forge/member]"]));
      await company.run((context) => apply(context, { yes: true }));
      expect(censusLines(company.apps["forge"]!)).toContain("dan-gh active");
    },
  },
  {
    name: "invitation-expired",
    apps: forge,
    before: inCore("ada"),
    first: "2026-06-01",
    world: { forge: ["ada-gh active team/core:member", "boss active admin"] },
    async also(company) {
      addUser(company, 7, "dan-gh");
      await company.write(inCore("dan"));
      const sent: string[] = [];
      // An invitation runs out after seven days; it is sent three times in all, and then people have to decide.
      for (const day of ["10", "18", "26"]) {
        company.now = new Date(`2026-06-${day}T12:00:00Z`);
        company.forget();
        expect((await company.run((context) => apply(context, { yes: true }))).code).toBe(0);
        sent.push(...company.mutating());
        expect(censusLines(company.apps["forge"]!)).toContain("dan-gh pending");
      }
      company.now = new Date("2026-07-06T12:00:00Z");
      company.forget();
      const last = await company.run((context) => apply(context, { yes: true }));
      expect(last.out).toContain("3 invitations ran out");
      expect(company.mutating()).toEqual([]);
      expect(sent.filter((s) => s.includes("/memberships/dan-gh"))).toHaveLength(3);
    },
  },
  {
    name: "lost-answers",
    apps: wiki(),
    before: people,
    change: { ...personFile("dan", ["grants: [wiki/space/docs:reader]"]), ...inDocs("bob", "last-day: 2026-06-01") },
    meanwhile: (company) => {
      const { plant } = company.apps["wiki"]!;
      plant({ method: "POST", match: "/accounts", kind: "lose-answer" });
      plant({ method: "PATCH", match: "/accounts", kind: "lose-answer" });
      plant({ method: "DELETE", match: "/members/", kind: "lose-answer" });
      plant({ method: "PUT", match: "/members/", kind: "lose-answer" });
    },
    world: { wiki: [quiet[0], "bob suspended", quiet[2], "dan active space/docs:reader", quiet[3]] },
    also: async (company) => {
      expect(company.apps["wiki"]!.unfired).toEqual([]);
      expect((await company.state("wiki")).accounts.get("bob")).toMatchObject({ status: "suspended", stoppedByUs: true });
    },
  },
  {
    name: "throttled",
    apps: wiki(),
    before: people,
    change: personFile("dan", ["grants: [wiki/space/docs:reader]"]),
    meanwhile: (company) => company.apps["wiki"]!.plant({ method: "POST", times: 2, kind: { answer: 429, retryAfter: 0 } }),
    world: { wiki: [...quiet.slice(0, 3), "dan active space/docs:reader", quiet[3]] },
    also: async (company) => expect(company.apps["wiki"]!.unfired).toEqual([]),
  },
  {
    name: "lagging-lists",
    apps: wiki({ options: { lag: 12 } }),
    before: people,
    change: {
      ...personFile("dan", ["grants: [wiki/space/docs:reader]"]),
      ...inDocs("bob", "last-day: 2026-06-01"),
      ...personFile("ada", ["grants: [wiki/space/data:reader]"]),
    },
    // The lists of the runs that follow still show what was before; own writes are known.
    world: { wiki: ["ada active space/data:reader", "bob suspended", quiet[2], "dan active space/docs:reader", quiet[3]] },
  },
  {
    name: "partial-read",
    apps: wiki({ census: large }),
    before: crowdFiles(["m00", "m01", "m02"]),
    // m00 loses a space that is read. m55 was taken out of the space whose second page is refused: nobody knows, so it is not granted again;
    // m59 is to lose it, and nobody knows whether she holds it.
    change: { ...inAll("m00"), ...personFile("m59", ["grants: [wiki/member]"]) },
    meanwhile: (company) => {
      changeWiki(company, (w) => {
        const all = w.groups.find((g) => g.name === "all")!;
        all.members = all.members.filter((m) => m.account !== "155");
      });
      company.apps["wiki"]!.plant({
        method: "GET",
        match: "/members",
        times: 1000,
        kind: { answer: 403, body: { error: { code: "forbidden", message: "No" } } },
      });
    },
    codes: { preview: 8, apply: 8, again: 8 },
    world: {
      wiki: [
        ...crowd.map((m, i) => `${m} active${i === 55 ? "" : " space/all:reader"}${i === 1 || i === 2 ? " space/few:reader" : ""}`),
        "root active admin",
      ],
    },
  },
  {
    name: "wrong-tenant",
    apps: wiki(),
    before: people,
    change: { ...personFile("dan", ["grants: [wiki/space/docs:reader]"]), ...inDocs("bob", "last-day: 2026-06-01") },
    meanwhile: (company) => changeWiki(company, (w) => void (w.workspace.id = "w-2")),
    codes: { preview: 5, apply: 5, again: 5 },
    world: { wiki: quiet },
  },
  {
    name: "empty-list",
    apps: wiki(),
    before: people,
    change: personFile("dan", ["grants: [wiki/space/docs:reader]"]),
    meanwhile: (company) =>
      changeWiki(company, (w) => {
        w.accounts = [];
        for (const g of w.groups) g.members = [];
      }),
    // A list that lost everybody is not believed: nobody is made again, and nobody is taken for gone.
    codes: { preview: 5, apply: 5, again: 5 },
    world: { wiki: [] },
    also: async (company) =>
      expect([...(await company.state("wiki")).accounts.values()].map((r) => r.status)).toEqual(["active", "active", "active"]),
  },
];
