import { compareText } from "../diagnostic.ts";
import { type Ref, refKey } from "../model/observed.ts";
import type { AccountRecord, AppState, GroupRecord } from "../model/state.ts";

/**
 * State that one writer is bringing up to date. What it was made of and what it handed out never change: the maps are copied at the first
 * change after that, so a run of any length copies as often as it asks for the state, not as often as it does something.
 */
export class StateDraft {
  readonly app: string;
  private base: AppState;
  /** Our own copies, where something was changed since the state was last handed out. */
  private accounts: Map<string, AccountRecord> | null = null;
  private groups: Map<string, GroupRecord> | null = null;
  /** Entitlement by ref of the groups; made when the first group is touched. */
  private names: Map<string, string> | null = null;

  constructor(state: AppState) {
    this.app = state.app;
    this.base = state;
  }

  account(person: string): AccountRecord | undefined {
    return (this.accounts ?? this.base.accounts).get(person);
  }

  putAccount(record: AccountRecord, formerKey?: string): void {
    const accounts = (this.accounts ??= new Map(this.base.accounts));
    if (formerKey !== undefined && formerKey !== record.person) accounts.delete(formerKey);
    accounts.set(record.person, record);
  }

  /** A group under its name; under another name it is the same group no more. */
  putGroup(group: GroupRecord): void {
    const { groups, names } = this.ownGroups();
    const former = names.get(refKey(group.ref));
    if (former !== undefined && former !== group.entitlement) groups.delete(former);
    this.forgetName(groups.get(group.entitlement)?.ref);
    groups.set(group.entitlement, group);
    names.set(refKey(group.ref), group.entitlement);
  }

  dropGroup(entitlement: string): void {
    const { groups } = this.ownGroups();
    this.forgetName(groups.get(entitlement)?.ref);
    groups.delete(entitlement);
  }

  pinTenant(tenant: string): void {
    this.base = { ...this.base, tenant };
  }

  /** The state as it is now; the very state the draft was made of where nothing was changed. */
  state(): AppState {
    if (this.accounts) this.base = { ...this.base, accounts: this.accounts };
    if (this.groups) this.base = { ...this.base, groups: inOrder(this.groups) };
    this.accounts = null;
    this.groups = null;
    return this.base;
  }

  private ownGroups(): { groups: Map<string, GroupRecord>; names: Map<string, string> } {
    this.groups ??= new Map(this.base.groups);
    this.names ??= new Map([...this.groups.values()].map((g) => [refKey(g.ref), g.entitlement]));
    return { groups: this.groups, names: this.names };
  }

  private forgetName(ref: Ref | undefined): void {
    if (ref) this.names!.delete(refKey(ref));
  }
}

const inOrder = (groups: ReadonlyMap<string, GroupRecord>): Map<string, GroupRecord> =>
  new Map([...groups].sort(([a], [b]) => compareText(a, b)));
