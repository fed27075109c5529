import { compareText } from "../diagnostic.ts";
import { formatAddress } from "../model/address.ts";
import { refKey } from "../model/observed.ts";
import { taking } from "../plan/draft.ts";
import type { Operation } from "../plan/operation.ts";
import { becauseText } from "./because.ts";
import { count, visible } from "./text.ts";

/** What an operation means to whoever it is about. `state`: rollcall's own memory, nobody's access. */
export type Direction = "loss" | "gain" | "change" | "state";

export function directionOf(o: Operation): Direction {
  if (o.phase === "state") return "state";
  if (taking.has(o.verb)) return "loss";
  return o.verb === "update" || o.verb === "updateGroup" ? "change" : "gain";
}

export type Sign = "+" | "~" | "-" | "±";

/** `+` gained, `-` lost, `~` changed in place, `±` another level of the same entitlement. */
export function signOf(o: Operation): Sign {
  if ((o.verb === "grant" && o.before !== null) || (o.verb === "revoke" && o.after !== null)) return "±";
  const direction = directionOf(o);
  return direction === "gain" ? "+" : direction === "loss" ? "-" : "~";
}

/** The losses first, then changes, then gains, as they are carried out and as they are read. */
export const directions: readonly Direction[] = ["loss", "change", "gain", "state"];

/** Who an operation is about: a person, an account nobody claims, or a group. */
export function subjectOf(o: Operation): string {
  if (o.person !== null) return o.person;
  if (o.verb === "createGroup" || o.verb === "updateGroup" || o.verb === "deleteGroup") return "groups";
  return `account ${o.login ?? (o.ref ? refKey(o.ref) : "without a name")}`;
}

/** Operations by whom they are about, sorted by that name; each group keeps its order. */
export const bySubject = (operations: readonly Operation[]): [string, Operation[]][] =>
  [...Map.groupBy(operations, subjectOf)].sort(([a], [b]) => compareText(a, b));

/** An operation in pieces, so that each renderer can set names in its own type: words, and names from outside. */
export interface Wording {
  readonly words: string;
  /** An address, login or value the words are about; "" where there is none. */
  readonly name: string;
  /** "member → maintainer", where something is replaced. */
  readonly turn: { readonly from: string; readonly to: string } | null;
}

export function wordingOf(o: Operation): Wording {
  const account = o.login ?? o.payload?.login ?? o.payload?.email ?? "";
  const say = (words: string, name = "", turn: Wording["turn"] = null): Wording => ({ words, name, turn });
  const address = (level: string | null): string => formatAddress({ app: o.app, entitlement: o.target, level: level ?? "" });
  const turned = { from: o.before ?? "nothing", to: o.after ?? "nothing" };
  switch (o.verb) {
    case "create":
      return say("create account", account);
    case "suspend":
      return say("suspend account", account);
    case "restore":
      return say("restore account", account);
    case "delete":
      return say("delete account", account);
    case "endSessions":
      return say("end sessions");
    case "revokeCredentials":
      return say("revoke tokens");
    case "transfer":
      return say("transfer what it owns to", o.after ?? "");
    case "update":
      return say(`set ${o.target}`, "", turned);
    case "grant":
      return o.before === null ? say("grant", address(o.after)) : say("raise", address(null), turned);
    case "revoke":
      return o.after === null ? say("revoke", address(o.before)) : say("lower", address(null), turned);
    case "createGroup":
      return say("create group", address(null));
    case "updateGroup":
      return say("change group", address(null), turned);
    case "deleteGroup":
      return say("delete group", address(null));
    case "adopt":
      return say("adopt account", account);
    case "record":
      return o.formerKey === undefined ? say("note in state", account) : say("take over the account of", o.formerKey);
  }
}

/** The wording as plain text of one line. */
export function describe(o: Operation): string {
  const { words, name, turn } = wordingOf(o);
  const parts = [visible(words), ...(name === "" ? [] : [visible(name)])].join(" ");
  return turn === null ? parts : `${parts}${name === "" ? ":" : ""} ${visible(turn.from, 60)} → ${visible(turn.to, 60)}`;
}

/** What a reader must not overlook. */
export const marksOf = (o: Operation): string[] => [
  ...(o.admin ? ["admin"] : []),
  ...(o.risk === "high" && !o.admin ? ["high risk"] : []),
  ...(o.reversible ? [] : ["cannot be undone"]),
  ...(o.origin === "drift" ? ["drift"] : []),
];

/** What follows in other apps from an edge that carries them: "then okta provisions github", for whoever reads one person's way through both. */
export function consequences(o: Operation): string[] {
  if (o.refused !== undefined) return [];
  const gained = o.verb === "grant";
  return [...new Set((o.carries ?? []).map((c) => c.gives))].map((address) =>
    address.includes("/")
      ? `then ${o.app} ${gained ? "gives" : "takes away"} ${address}`
      : `then ${o.app} ${gained ? "provisions" : "ends the account in"} ${address}`,
  );
}

/** What an operation waits for in other apps: "waits for okta/ada: made by this plan". */
export const waitsOf = (o: Operation): string[] => (o.waits ?? []).map((w) => `waits for ${w.for}: ${w.why}`);

/** Why, in short: the first line that says so, and how many more there are; without a line, what kind of cause it is. */
export function reason(o: Operation): string {
  const [first] = o.because;
  if (first === undefined) return o.origin === "change" && directionOf(o) !== "loss" ? "asked for by the files" : causes[o.origin];
  return `${visible(becauseText(first), 240)}${o.because.length > 1 ? ` and ${count(o.because.length - 1, "more line")}` : ""}`;
}

const causes: Readonly<Record<Operation["origin"], string>> = {
  change: "no line asks for it any more",
  drift: "changed outside the files",
  expiry: "its date has passed",
  lifecycle: "a date of the person has passed",
};
