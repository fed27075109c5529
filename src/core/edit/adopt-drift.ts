import { dayAfter } from "../compile/day.ts";
import { kindOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { asBefore } from "../format/as-before.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { App } from "../model/app.ts";
import type { Desired } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Because } from "../model/origin.ts";
import type { Day, GrantDeclaration, Person, Service } from "../model/person.ts";
import type { Operation } from "../plan/operation.ts";
import type { Finding } from "../plan/plan.ts";
import { count } from "../report/text.ts";
import { wordingOf } from "../report/wording.ts";
import { type Company, type Edited, listed } from "./edit.ts";
import { principalOf } from "./principal-of.ts";
import { driftIn } from "./revert-drift.ts";
import { YamlEdit } from "./yaml-edit.ts";

export interface AdoptInput {
  readonly company: Company;
  readonly app: App;
  readonly manifest: Manifest;
  /** The live plan's, over these very files. */
  readonly operations: readonly Operation[];
  readonly findings: readonly Finding[];
  readonly desired: Desired;
  /** Only what is about this person or service; null: everybody. */
  readonly person: string | null;
  /** Today for the check of a catalogue's `max`: in UTC. */
  readonly today: Day;
}

/**
 * Changes the files so that they ask for what an app has, edge by edge.
 *
 * | somebody did by hand | in the files |
 * |---|---|
 * | gave something that no line asks for | a line in the person's file; with an end where the catalogue has a `max` |
 * | raised a level | the level of her own line, else a line of her own |
 * | took away, or lowered, what her own line alone gives | that line goes, or says the lower level |
 * | took away what a role or another app gives | left: the lines that give it are named |
 * | took away all that she has in the app | left: without a line the account itself would be stopped |
 * | anything about somebody who is not here today, or about an account that is nobody's | left |
 * | changed an attribute, stopped or removed an account, changed a group | left: no line says that |
 *
 * What is left is told with the edit, and is the refusal where nothing else is there. Pure.
 */
export function adoptDrift(input: AdoptInput): Edited {
  const { app, person } = input;
  const about = (p: string | null): boolean => person === null || p === person;
  const files = new Map<string, Changing>();
  const left: string[] = [];
  const lost = new Map<string, Operation[]>();
  for (const f of input.findings) {
    if (f.app !== app.key || f.code !== "FOREIGN_EDGE" || f.address === undefined || !about(f.person)) continue;
    give(input, files, left, f.person, f.login, f.address);
  }
  for (const o of driftIn(input.operations, app.key)) {
    if (!about(o.person)) continue;
    if (o.verb === "revoke" && o.before !== null)
      give(input, files, left, o.person, o.login, formatAddress({ app: app.key, entitlement: o.target, level: o.before }));
    else if (o.verb === "grant" && o.person !== null) lost.set(o.person, [...(lost.get(o.person) ?? []), o]);
    else
      left.push(
        `${whoOf(input, o.person, o.login)} (${wordingOf(o).words}): no grant says that. Undo it, or change by hand what the files say.`,
      );
  }
  for (const [key, operations] of lost) takeAway(input, files, left, key, operations);
  const notes = [...new Set(left)].sort(compareText);
  const changed = [...files.values()].filter((c) => c.given.length + c.taken.length > 0).sort((a, b) => compareText(a.path, b.path));
  const whose = person === null ? "" : ` of ${person}`;
  if (changed.length === 0) {
    if (notes.length > 0) return { kind: "refused", problems: notes };
    return { kind: "unchanged", why: `${app.key} has nothing${whose} that the files do not ask for, and lacks nothing that they ask for` };
  }
  const total = (of: (c: Changing) => readonly string[]): number => changed.reduce((sum, c) => sum + of(c).length, 0);
  const sentences = changed.map((c) => {
    const parts = [
      ...(c.given.length === 0 ? [] : [`has ${listed([...c.given].sort(compareText))}`]),
      ...(c.taken.length === 0 ? [] : [`has no longer ${listed([...c.taken].sort(compareText))}`]),
    ];
    return `${c.key} ${parts.join(", and ")}.`;
  });
  return {
    kind: "edited",
    edit: {
      verb: "adopt",
      key: app.key,
      about: person === null ? `adopt ${app.key}` : `adopt ${app.key} ${person}`,
      title: `Keep what was changed by hand in ${app.key}${whose}: ${count(
        total((c) => c.given),
        "grant",
      )} more, ${total((c) => c.taken)} fewer`,
      paragraph: `The files ask for what ${app.key} has. ${sentences.join(" ")}`,
      ...(notes.length === 0 ? {} : { left: notes }),
      files: new Map(changed.map((c) => [c.path, textOf(c)])),
    },
  };
}

/** What happens to one file; in the order in which no place in it moves before it was used. */
interface Changing {
  readonly key: string;
  readonly path: string;
  readonly text: string;
  readonly principal: Person | Service;
  /** By place in `grants`. */
  readonly levels: Map<number, string>;
  readonly removed: Set<number>;
  readonly added: Map<string, Day | null>;
  readonly given: string[];
  readonly taken: string[];
}

function textOf({ path, text, principal, levels, removed, added }: Changing): string {
  const edit = new YamlEdit(text);
  for (const [index, address] of levels)
    edit.set(typeof edit.plain(["grants", index]) === "string" ? ["grants", index] : ["grants", index, "grant"], address);
  for (const index of [...removed].sort((a, b) => b - a)) edit.remove(["grants", index]);
  if (removed.size > 0 && removed.size === principal.grants.length) edit.remove(["grants"]);
  for (const [grant, until] of [...added].sort(([a], [b]) => compareText(a, b))) {
    if (until === null) edit.add(["grants"], grant);
    else edit.addInline(["grants"], { grant, until });
  }
  return asBefore(path, text, edit.toString());
}

/** The file of somebody who may be given something today; null, and why not, for everybody else. */
function openFor(
  input: AdoptInput,
  files: Map<string, Changing>,
  left: string[],
  person: string | null,
  login: string | null,
  what: string,
): Changing | null {
  const { company, app, desired } = input;
  const standing = person === null ? undefined : desired.standings.get(person);
  if (person === null || standing === undefined) {
    left.push(`${whoOf(input, null, login)} (${what}): no file names the account; rollcall import ${app.key} makes one.`);
    return null;
  }
  if (standing.lifecycle !== "active") {
    left.push(
      `${person} (${what}): is not here today (${standing.lifecycle}${standing.since === undefined ? "" : `, ${standing.since}`}).`,
    );
    return null;
  }
  const known = files.get(person);
  if (known) return known;
  const found = principalOf(company, person);
  if (found.kind === "refused") {
    left.push(...found.problems);
    return null;
  }
  const { principal, path, text } = found;
  const made: Changing = {
    key: person,
    path,
    text,
    principal,
    levels: new Map(),
    removed: new Set(),
    added: new Map(),
    given: [],
    taken: [],
  };
  files.set(person, made);
  return made;
}

function give(
  input: AdoptInput,
  files: Map<string, Changing>,
  left: string[],
  person: string | null,
  login: string | null,
  held: string,
): void {
  const { app, manifest, today } = input;
  const changing = openFor(input, files, left, person, login, held);
  if (changing === null) return;
  const parts = parseAddress(held);
  if (parts === null) return void left.push(`${person}: ${held} cannot be written as an address.`);
  const kind = kindOf(manifest, parts.entitlement);
  // Without a level an address means the lowest.
  const address = parts.level === kind?.levels[0] ? formatAddress({ app: app.key, entitlement: parts.entitlement }) : held;
  const declared = app.entitlements?.get(parts.entitlement);
  if (app.entitlements !== null && declared === undefined)
    return void left.push(`${person} (${held}): the catalogue in ${app.origin.file} has no ${parts.entitlement}; add it there first.`);
  const own = ownLines(changing.principal, app.key, parts.entitlement);
  const ended = own.find(({ line }) => line.until !== undefined && line.until < today);
  if (ended)
    return void left.push(
      `${person} (${held}): the line ${placeOf(ended.line)} ended on ${ended.line.until}; rollcall grant ${person} ${held} --until gives it another end.`,
    );
  if (own[0]) changing.levels.set(own[0].index, address);
  else changing.added.set(address, declared?.maxDays === undefined ? null : dayAfter(today, declared.maxDays));
  changing.given.push(held);
}

/** What the app has no longer of one person, all of it at once: what would be left of her there is looked at as a whole. */
function takeAway(input: AdoptInput, files: Map<string, Changing>, left: string[], person: string, operations: readonly Operation[]): void {
  const { app, desired } = input;
  const fits: { readonly operation: Operation; readonly lines: readonly { readonly index: number }[]; readonly held: string }[] = [];
  for (const operation of operations) {
    const held = formatAddress({ app: app.key, entitlement: operation.target, level: operation.after ?? "" });
    const changing = openFor(input, files, left, person, operation.login, held);
    if (changing === null) continue;
    const reasons = operation.because.filter((b) => b.until === undefined || b.until >= input.today);
    const others = reasons.filter((b) => !isOwn(changing.principal, b));
    if (reasons.length === 0 || others.length > 0) {
      const by = others.map(
        (b) => `${[...b.path, ...(b.via ?? []).map((v) => v.by)].join(" > ") || "a line"} (${b.origin.file}:${b.origin.line})`,
      );
      left.push(
        `${person} (${held}): ${by.length === 0 ? "no line of the person's own" : listed(by)} gives it. Change that, or undo it: rollcall revert ${app.key}.`,
      );
      continue;
    }
    const lines = changing.principal.grants.flatMap((line, index) => (reasons.some((b) => isAt(b, line)) ? [{ index }] : []));
    fits.push({ operation, lines, held });
  }
  const gone = new Set(fits.filter((f) => f.operation.before === null).map((f) => f.operation.target));
  const wanted = desired.accounts.get(app.key)?.get(person)?.grants;
  const stays = [...(wanted?.keys() ?? [])].some((entitlement) => !gone.has(entitlement)) || (files.get(person)?.added.size ?? 0) > 0;
  for (const { operation, lines, held } of fits) {
    const changing = files.get(person)!;
    if (operation.before !== null) {
      const lower = formatAddress({ app: app.key, entitlement: operation.target, level: operation.before });
      for (const { index } of lines) changing.levels.set(index, lower);
      changing.taken.push(`${held} (now ${lower})`);
    } else if (!stays) {
      left.push(
        `${person} (${held}): without it no line asks for an account of ${person} in ${app.key}, and the account would be stopped. If that is meant, take the line out by hand.`,
      );
    } else {
      for (const { index } of lines) changing.removed.add(index);
      changing.taken.push(held);
    }
  }
}

/** People by their keys, accounts that are nobody's by their logins, where those may be shown. */
function whoOf({ company }: AdoptInput, person: string | null, login: string | null): string {
  if (person !== null) return person;
  return login === null || company.organization.settings.pullRequests.comments === "keys" ? "An account" : login;
}

const ownLines = (principal: Person | Service, app: string, entitlement: string): { line: GrantDeclaration; index: number }[] =>
  principal.grants.flatMap((line, index) => {
    const address = parseAddress(line.grant);
    return address?.app === app && address.entitlement === entitlement ? [{ line, index }] : [];
  });

const isAt = ({ origin }: Because, line: GrantDeclaration): boolean =>
  origin.file === line.origin.file && origin.line === line.origin.line && origin.column === line.origin.column;

/** By a line of her own file that asks for just this, and not by way of another app. */
const isOwn = (principal: Person | Service, b: Because): boolean =>
  b.path.length === 0 && b.via === undefined && principal.grants.some((line) => isAt(b, line));

const placeOf = ({ origin }: GrantDeclaration): string => `${origin.file}:${origin.line}`;
