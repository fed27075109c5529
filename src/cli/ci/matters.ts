import { createHash } from "node:crypto";
import { grantsUnder } from "../../core/check/grant-limits.ts";
import { dayIn } from "../../core/compile/day.ts";
import { compareText } from "../../core/diagnostic.ts";
import type { Edit } from "../../core/edit/edit.ts";
import { type Ending, endingSoon, extend } from "../../core/edit/extend.ts";
import { offboard } from "../../core/edit/offboard.ts";
import { pointLength } from "../../core/edit/points.ts";
import type { Label } from "../../core/forge/forge.ts";
import { parseAddress } from "../../core/model/address.ts";
import type { Person, Service } from "../../core/model/person.ts";
import { expiryNotice, leaverProposal, type Proposal } from "../../core/report/pull/proposals.ts";
import type { ForgeAccounts } from "../../core/review/accounts.ts";
import { UsageError } from "../command.ts";
import type { Repository } from "../repository.ts";
import type { Reconciled } from "./reconcile.ts";

/** Something that rollcall asks people about by itself: one pull request a person and kind, from a branch that is always the same. */
export interface Matter {
  readonly kind: keyof typeof kinds;
  readonly person: string;
  /**
   * What it is about, by short ids: a line with its end, an account with the time since when it is stopped. A pull request that people closed
   * answers for those that its commit names.
   */
  readonly points: readonly string[];
  /** The pull request about these of the points. */
  ask(points: ReadonlySet<string>): Asking;
}

export interface Asking {
  readonly edit: Edit;
  readonly notice: Proposal;
  /** Logins of those who can say. */
  readonly assignees: readonly string[];
}

interface Kind {
  readonly prefix: string;
  readonly label: Label;
  /** Points that were answered before are asked about again together with a new one. */
  readonly whole: boolean;
  /** Why an open one is closed. */
  readonly over: string;
}

export const kinds = {
  expiry: {
    prefix: "rollcall/expiry-",
    label: { name: "rollcall: ends soon", colour: "fbca04", description: "Roles and grants that end soon, and could be kept" },
    whole: false,
    over: "Nothing that this is about ends soon any more",
  },
  leaver: {
    prefix: "rollcall/leaver-",
    label: { name: "rollcall: left?", colour: "d93f0b", description: "Somebody's account was suspended elsewhere" },
    whole: true,
    over: "No account that this is about is suspended elsewhere any more, or the files have the last day already",
  },
} as const satisfies Record<string, Kind>;

export const branchFor = ({ kind, person }: Pick<Matter, "kind" | "person">): string => `${kinds[kind].prefix}${person}`;

/** All that people are to be asked about after a run, over the files that it went by. */
export function mattersOf(run: Reconciled, repository: Repository, now: Date, accounts: ForgeAccounts): Matter[] {
  return [...expiring(run, repository, now, accounts), ...leaving(run, repository, now, accounts)];
}

function expiring(run: Reconciled, repository: Repository, now: Date, accounts: ForgeAccounts): Matter[] {
  const { organization, files } = repository;
  const { expiryNotice: days, comments: privacy } = organization.settings.pullRequests;
  if (days === null) return [];
  // What nobody approved is given to nobody, and so there is nothing to keep.
  const open = new Set(run.record.unapproved.flatMap((s) => s.paths));
  const principals = [...organization.people.values(), ...organization.services.values()].sort((a, b) => compareText(a.key, b.key));
  return principals.flatMap((principal): Matter[] => {
    const endings = endingSoon(organization, principal, { today: todayOf(repository, principal, now), utc: dayIn(now, "UTC"), days });
    if (endings.length === 0 || open.has(principal.origin.file)) return [];
    const { key: person, name } = principal;
    const byId = new Map(endings.map((e) => [idOf("ends", e.what, e.until), e]));
    return [
      {
        kind: "expiry",
        person,
        points: [...byId.keys()].sort(compareText),
        ask(points) {
          const asked = [...byId].flatMap(([id, e]) => (points.has(id) ? [e] : []));
          const lines = asked.map(({ what, until, to, origin, reason }) => ({
            person,
            name,
            what,
            until,
            to,
            file: origin.file,
            line: origin.line,
            ...(reason === undefined ? {} : { reason }),
          }));
          return {
            edit: extend({ organization, files }, person, asked),
            notice: expiryNotice(lines, { days, privacy }),
            assignees: ownersOf(
              repository,
              asked.flatMap((e) => appsOf(repository, principal, e)),
              person,
              accounts,
            ),
          };
        },
      },
    ];
  });
}

function leaving({ record, planned }: Reconciled, repository: Repository, now: Date, accounts: ForgeAccounts): Matter[] {
  const { organization, files } = repository;
  const { comments: privacy } = organization.settings.pullRequests;
  const byPerson = Map.groupBy(record.stoppedElsewhere ?? [], (s) => s.person);
  return [...byPerson]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([person, stops]): Matter[] => {
      const known = organization.people.get(person);
      if (!known) return [];
      const lastDay = todayOf(repository, known, now);
      const edited = offboard({ organization, files }, { person, lastDay, reason: "suspended elsewhere" }, lastDay);
      if (edited.kind === "unchanged") return [];
      return [
        {
          kind: "leaver",
          person,
          points: stops.map((s) => idOf("stopped", s.app, s.ref, s.since)).sort(compareText),
          ask() {
            if (edited.kind === "refused") throw new UsageError(edited.problems.join(" "), 3);
            const apps = stops.map(({ app, ref }) => {
              const view = planned.plan.apps.find((a) => a.app === app)?.accounts.find((a) => a.ref && `${a.ref.kind}:${a.ref.id}` === ref);
              return { app, login: view?.login ?? null };
            });
            return {
              edit: edited.edit,
              notice: leaverProposal({ person, name: known.name, apps, lastDay, privacy }),
              assignees: ownersOf(
                repository,
                apps.map((a) => a.app),
                person,
                accounts,
              ),
            };
          },
        },
      ];
    });
}

const todayOf = ({ organization }: Repository, { timezone }: Person | Service, now: Date): string =>
  dayIn(now, timezone ?? organization.settings.timezone);

const idOf = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, pointLength);

/** Apps to which a line gives something. */
function appsOf({ organization }: Repository, principal: Person | Service, { list, index, what }: Ending): string[] {
  const role = list === "roles" ? principal.roles[index]?.role : undefined;
  const addresses = role === undefined ? [what] : grantsUnder(organization.roles, role).map((g) => g.grant);
  return addresses.flatMap((address) => parseAddress(address)?.app ?? []);
}

/** GitHub takes this many assignees of one issue (GitHub docs "Assigning issues and pull requests", 2026-11). */
const mostAssignees = 10;

/** Logins of the apps' owners, as far as the files or state know them; not of the one it is about. */
function ownersOf({ organization }: Repository, apps: readonly string[], person: string, accounts: ForgeAccounts): string[] {
  const owners = apps.flatMap((app) => organization.apps.get(app)?.owners ?? []).filter((owner) => owner !== person);
  return [...new Set(owners)]
    .sort(compareText)
    .flatMap((owner) => accounts.loginOf(owner) ?? [])
    .slice(0, mostAssignees);
}
