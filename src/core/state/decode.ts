import { z } from "zod";
import { compareText, type Diagnostic } from "../diagnostic.ts";
import type { AccountRecord, AppState, GroupRecord } from "../model/state.ts";
import { checkpointFile, type PendingOperation, type Resource, shapes } from "./checkpoint.schema.ts";
import { stateProblem, verifyIntegrity } from "./integrity.ts";
import {
  accountId,
  groupId,
  project,
  providerKey,
  providerText,
  providerType,
  type ResourceKind,
  resourceKinds,
  stackType,
  tenantId,
  tenantName,
  urn,
  typeToken,
} from "./layout.ts";
import { accountOf, groupOf } from "./outputs.ts";

/** A checkpoint that was read and found to be ours. */
export interface DecodedCheckpoint {
  readonly kind: "decoded";
  /** null: the stack exists and holds nothing yet (`pulumi stack init`), so not even its connector is known. */
  readonly state: AppState | null;
  /** Id of the default provider, to be kept; null where the stack holds nothing yet. */
  readonly provider: string | null;
  /** `magic` is to be the SHA-256 of `version`; checked where a hash is at hand. null where the stack holds nothing yet. */
  readonly manifest: { readonly time: string; readonly version: string; readonly magic: string } | null;
  /** What a killed Pulumi left unfinished, as "verb urn": the next run finds in the world what became of it. */
  readonly unfinished: readonly string[];
  /** Resources that Pulumi will update whatever is asked of it, because their last update failed in part: "kind name". */
  readonly retried: readonly string[];
}

export type Decoding = DecodedCheckpoint | { readonly kind: "refused"; readonly problems: readonly Diagnostic[] };

/**
 * A state file's JSON as the state of `app`, or every reason why it is refused. Nothing in it is believed: provider text must be one of our
 * constants, ids follow from names, unknown types and fields are refused, and so is any secret (DESIGN 6).
 *
 * What was last applied is taken from the outputs. In files that rollcall wrote, inputs say the same; Pulumi moves inputs alone where a
 * provider finds nothing to do, and then they are what was asked for last, not what was done.
 */
export function decodeCheckpoint(json: unknown, app: string): Decoding {
  const parsed = checkpointFile.safeParse(json);
  if (!parsed.success)
    return refused([stateProblem("STATE_SHAPE", `the file is not a Pulumi checkpoint of version 3: ${issues(parsed.error)}`)]);
  const { stack, latest } = parsed.data.checkpoint;
  if (stack !== `organization/${project}/${app}`) {
    return refused([stateProblem("STATE_STACK", `the file is about the stack ${JSON.stringify(stack)}, not about ${app}`)]);
  }
  const resources = latest?.resources ?? [];
  const problems = verifyIntegrity(app, resources);
  const reader = new Reader(app, problems);
  for (const item of resources) reader.read(item);
  if (problems.length === 0 && !reader.hasTenant && resources.some((r) => r.type !== stackType && r.type !== providerType)) {
    problems.push(stateProblem("STATE_TENANT", "the state has accounts or groups and no tenant resource"));
  }
  if (problems.length > 0) return refused(problems);
  return {
    kind: "decoded",
    state: withIntents(reader.state(), latest?.pending_operations ?? []),
    provider: resources.find((r) => r.type === providerType)?.id ?? null,
    manifest: latest ? { time: latest.manifest.time, version: latest.manifest.version, magic: latest.manifest.magic } : null,
    unfinished: (latest?.pending_operations ?? []).map((o) => `${o.type} ${o.resource.urn}`),
    retried: resources.filter((r) => (r.initErrors ?? []).length > 0).map((r) => `${r.type.split(":").at(-1)} ${r.urn.split("::").at(-1)}`),
  };
}

/**
 * State with the intent of stops that a killed Pulumi had begun: Pulumi notes each update with its new inputs before it asks a provider. Such
 * a stop may have happened, and must be known to be ours (law 9). Everything else that was begun is found in the world.
 */
function withIntents(state: AppState | null, pending: readonly PendingOperation[]): AppState | null {
  if (state === null || pending.length === 0) return state;
  const accounts = new Map(state.accounts);
  for (const { type, resource: r } of pending) {
    const inputs = shapes.Account.inputs.safeParse(r.inputs).data;
    const record = inputs === undefined || inputs.status === "active" ? undefined : accounts.get(inputs.person);
    if (type !== "updating" || !record || r.urn !== urn(state.app, typeToken(state.connector, "Account"), record.person)) continue;
    if (record.inputs.status === "active") accounts.set(record.person, { ...record, inputs: { ...record.inputs, status: inputs!.status } });
  }
  return { ...state, accounts };
}

/** What `pulumi stack export` prints, from any backend. */
export function decodeExport(json: unknown, app: string): Decoding {
  const exported = z.looseObject({ version: z.literal(3), deployment: z.unknown() }).safeParse(json);
  if (!exported.success) return refused([stateProblem("STATE_SHAPE", `this is no exported stack of version 3: ${issues(exported.error)}`)]);
  return decodeCheckpoint({ version: 3, checkpoint: { stack: `organization/${project}/${app}`, latest: exported.data.deployment } }, app);
}

const refused = (problems: readonly Diagnostic[]): Decoding => ({ kind: "refused", problems });

/** Paths and rules, without the values found. */
const issues = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((i) => `${i.path.join(".") || "it"}: ${i.message}`)
    .join("; ");

class Reader {
  hasTenant = false;
  private connector: string | null = null;
  private tenant: string | undefined;
  private readonly accounts = new Map<string, AccountRecord>();
  private readonly groups = new Map<string, GroupRecord>();
  /** What is to be known of a type; there are few. */
  private readonly types = new Map<string, ReturnType<typeof typeOf>>();
  private readonly app: string;
  private readonly problems: Diagnostic[];

  constructor(app: string, problems: Diagnostic[]) {
    this.app = app;
    this.problems = problems;
  }

  state(): AppState | null {
    if (this.connector === null) return null;
    return {
      app: this.app,
      connector: this.connector,
      ...(this.tenant === undefined ? {} : { tenant: this.tenant }),
      accounts: byKey(this.accounts),
      groups: byKey(this.groups),
    };
  }

  read(r: Resource): void {
    if (r.type === stackType || r.type === providerType) return;
    let type = this.types.get(r.type);
    if (type === undefined) this.types.set(r.type, (type = typeOf(r.type)));
    if (type === null) return this.say(r, "STATE_TYPE", "is of a type that rollcall does not know");
    const { connector, kind, code } = type;
    if (this.connector !== null && this.connector !== connector)
      return this.say(r, "STATE_TYPE", `belongs to the connector ${connector}, others to ${this.connector}`);
    this.connector = connector;
    if (r.inputs?.[providerKey] !== code || r.outputs?.[providerKey] !== code) {
      return this.say(r, "STATE_CODE", "holds provider code that is not rollcall's; Pulumi would run it");
    }
    if (kind === "Account") this.readAccount(r);
    else if (kind === "Group") this.readGroup(r);
    else this.readTenant(r, connector);
  }

  private readAccount(r: Resource): void {
    const { inputs, outputs } = this.sides(r, shapes.Account);
    if (!inputs || !outputs) return;
    const { app, person } = outputs;
    if (!this.named(r, person, accountId(this.app, person), inputs.app === app && inputs.person === person, app)) return;
    this.accounts.set(person, accountOf(outputs));
  }

  private readGroup(r: Resource): void {
    const { inputs, outputs } = this.sides(r, shapes.Group);
    if (!inputs || !outputs) return;
    const { app, entitlement } = outputs;
    if (!this.named(r, entitlement, groupId(this.app, entitlement), inputs.app === app && inputs.entitlement === entitlement, app)) return;
    this.groups.set(entitlement, groupOf(outputs));
  }

  private readTenant(r: Resource, connector: string): void {
    const { inputs, outputs } = this.sides(r, shapes.Tenant);
    if (!inputs || !outputs) return;
    const same = inputs.app === outputs.app && inputs.connector === connector && outputs.connector === connector;
    if (!this.named(r, tenantName, tenantId(this.app), same, outputs.app)) return;
    this.hasTenant = true;
    this.tenant = outputs.tenant;
  }

  /** Both sides of a resource. Inputs that repeat the outputs, as in all files that rollcall wrote, fit where those do. */
  private sides<I extends object, O extends I>(r: Resource, shape: Sides<I, O>): { inputs: I | null; outputs: O | null } {
    const outputs = this.fitting(r, "outputs", shape.outputs);
    const same = outputs !== null && repeats(r.inputs ?? {}, outputs, Object.keys(shape.inputs.shape));
    return { inputs: same ? outputs : this.fitting(r, "inputs", shape.inputs), outputs };
  }

  private fitting<T>(r: Resource, side: "inputs" | "outputs", shape: z.ZodType<T>): T | null {
    const parsed = shape.safeParse(r[side]);
    if (parsed.success) return parsed.data;
    this.say(r, "STATE_SHAPE", `has ${side} that rollcall does not write, or a newer rollcall wrote: ${issues(parsed.error)}`);
    return null;
  }

  /** Name, id, inputs and outputs of one resource are about one thing of this app. */
  private named(r: Resource, name: string, id: string, same: boolean, app: string): boolean {
    if (same && app === this.app && r.urn === urn(this.app, r.type, name) && r.id === id) return true;
    this.say(r, "STATE_ID", "has an id, an app or a key that does not follow from its name");
    return false;
  }

  private say(r: Resource, code: string, what: string): void {
    this.problems.push(stateProblem(code, `${JSON.stringify(r.urn)} ${what}`));
  }
}

/** Connector and kind that a type token names, and the only provider code that may stand there; null where it is none of ours. */
function typeOf(token: string): { connector: string; kind: ResourceKind; code: string } | null {
  const parts = /^pulumi-nodejs:dynamic\/rollcall\/([a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?):([A-Z][a-z]+)$/.exec(token);
  const connector = parts?.[1];
  const kind = resourceKinds.find((k) => k === parts?.[2]);
  return connector === undefined || kind === undefined ? null : { connector, kind, code: providerText(connector, kind) };
}

interface Sides<I, O> {
  readonly inputs: z.ZodType<I> & { readonly shape: object };
  readonly outputs: z.ZodType<O>;
}

/** Whether `inputs` are exactly what `outputs` have under these names. */
function repeats(inputs: Readonly<Record<string, unknown>>, outputs: object, names: readonly string[]): boolean {
  const present = names.filter((name) => Object.hasOwn(outputs, name));
  return (
    Object.keys(inputs).length === present.length &&
    present.every((name) => Object.hasOwn(inputs, name) && sameValue(inputs[name], (outputs as Record<string, unknown>)[name]))
  );
}

/** Equal texts, or equal maps of texts: other inputs there are none. */
function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && left[name] === right[name]);
}

const byKey = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].sort(([a], [b]) => compareText(a, b)));
