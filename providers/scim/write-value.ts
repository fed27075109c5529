/** Roles and entitlements: values of attributes of the user, each an edge of its own. */
import type { Call, Outcome } from "../../src/connector/index.ts";
import { type Answered, quoted } from "./api.ts";
import type { Context } from "./context.ts";
import { roleName } from "./convert.ts";
import { partsOf } from "./entitlement.ts";
import { userOf } from "./find.ts";
import { attributeOf, type NativeUser, valuesOf } from "./native.ts";
import { already, done, failed, refuse } from "./outcome.ts";
import { operation, patchBody } from "./patch.ts";
import type { ValueKind } from "./profile.ts";
import { changeUser } from "./write-user.ts";

type Edge = Extract<Call, { verb: "grant" | "revoke" }>;

export async function setValue(context: Context, call: Edge): Promise<Outcome> {
  const { kind, value } = valueOf(context, call);
  const wanted = call.verb === "grant";
  const { id } = call.ref;
  const answer =
    kind.edit === "filter" && context.profile.userEdit === "patch"
      ? await one(context, call, kind, value)
      : await replace(context, call, kind, value);
  if (answer === null) return already();
  const user = answer.body && attributeOf(answer.body, kind.attribute) !== undefined ? answer.body : await userOf(context, id);
  const held = user !== null && valuesOf(user, kind.attribute).includes(value);
  return held === wanted
    ? done(answer)
    : failed("invalid", `The server accepted the change, and user ${id} ${wanted ? "lacks" : "still has"} ${call.target.name}`);
}

/** The attribute and value an entitlement stands for. Throws where this server has it not, or where the address calls it by another kind. */
function valueOf({ profile }: Context, { target }: Edge): { readonly kind: ValueKind; readonly value: string } {
  const parts = partsOf(target.name);
  const kind = parts?.family === "entitlement" ? profile.entitlements : profile.roles;
  if (!parts || kind === null) throw refuse("unsupported", `The server has no ${target.name}`);
  if (parts.family !== "entitlement" && roleName(parts.own, profile) !== target.name)
    throw refuse("invalid", `By the profile ${target.name} is ${roleName(parts.own, profile)}`);
  if (kind.edit === "none") throw refuse("unsupported", `${target.name} is set in the app, not by SCIM`);
  return { kind, value: parts.own };
}

/** Adds or removes the one value, whatever the others are. null where it is so already. */
function one(context: Context, { verb, ref }: Edge, kind: ValueKind, value: string): Promise<Answered<NativeUser | undefined> | null> {
  const { api, profile, turns } = context;
  return turns(`user ${ref.id}`, async () => {
    const { body } = await api.user(ref.id);
    if (valuesOf(body, kind.attribute).includes(value) === (verb === "grant")) return null;
    const change =
      verb === "grant"
        ? operation("add", kind.attribute, [{ value }], profile)
        : operation("remove", `${kind.attribute}[value eq ${quoted(value)}]`, undefined, profile);
    return api.patchUser(ref.id, patchBody([change]));
  });
}

/** For servers that take the list only: from what is there at this moment. */
function replace(context: Context, { verb, ref }: Edge, kind: ValueKind, value: string): Promise<Answered<NativeUser | undefined> | null> {
  return changeUser(context, ref.id, (user) => {
    if (valuesOf(user, kind.attribute).includes(value) === (verb === "grant")) return null;
    const told = attributeOf(user, kind.attribute);
    const now: unknown[] = Array.isArray(told) ? told : [];
    const isIt = (v: unknown): boolean => v === value || (typeof v === "object" && v !== null && "value" in v && v.value === value);
    return changed(kind.attribute, verb === "grant" ? [...now, { value }] : now.filter((v) => !isIt(v)));
  });
}

/** A change of an attribute, by the full name where it is an extension's. */
function changed(attribute: string, list: readonly unknown[]): Record<string, unknown> {
  const colon = attribute.lastIndexOf(":");
  return colon < 0 ? { [attribute]: list } : { [attribute.slice(0, colon)]: { [attribute.slice(colon + 1)]: list } };
}
