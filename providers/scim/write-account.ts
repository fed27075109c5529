/** Accounts: made once, changed, stopped and let in again. What a server says it did is looked at before it counts as done. */
import { type Call, FaultError, fold, type Outcome } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import { noFamilyName, userRef, workEmail } from "./convert.ts";
import { userOf, usersBy } from "./find.ts";
import { departmentOf, enterpriseSchema, type NativeUser } from "./native.ts";
import { already, done, failed, refuse } from "./outcome.ts";
import { type Change, patchBody, toOperations } from "./patch.ts";
import type { Profile } from "./profile.ts";
import { changeUser } from "./write-user.ts";

const coreSchema = "urn:ietf:params:scim:schemas:core:2.0:User";

export async function createAccount(context: Context, call: Extract<Call, { verb: "create" }>): Promise<Outcome> {
  const { api, profile } = context;
  const userName = call.login ?? call.email;
  if (userName === undefined) throw refuse("invalid", "A SCIM account needs a login or an address to be made");
  // Servers differ in whether they refuse a second account of one name; and the answer to an earlier creation may have been lost.
  const known = await holderOf(context, userName);
  if (known)
    return known.externalId === call.key && known.active !== false
      ? madeBefore(known)
      : failed("conflict", `There is an account ${userName}`);
  const { name, email = call.email, title, department } = call.attributes;
  const extension =
    department === undefined || department === "" || profile.readOnly.includes("department") ? {} : { [enterpriseSchema]: { department } };
  const answer = await api.createUser({
    schemas: [coreSchema, ...Object.keys(extension)],
    userName,
    ...(profile.externalId ? { externalId: call.key } : {}),
    ...nameFields(name ?? call.name, profile),
    ...(email === undefined || email === "" ? {} : { emails: [{ value: email, type: "work", primary: true }] }),
    ...(title === undefined || title === "" || profile.readOnly.includes("title") ? {} : { title }),
    ...extension,
    active: activeAs(true, profile),
  });
  return done(answer, { ref: userRef(answer.body.id), login: answer.body.userName ?? userName });
}

/** The account of this login, as far as the server can look: the proof that there is none was the core's to bring. */
async function holderOf(context: Context, userName: string): Promise<NativeUser | undefined> {
  const { filters, filterCase } = context.profile;
  if (!filters.includes("userName")) return undefined;
  try {
    return (await usersBy(context, "login", userName))[0];
  } catch (error) {
    if (filterCase === "sensitive" && error instanceof FaultError && error.fault.kind === "unsupported") return undefined;
    throw error;
  }
}

const madeBefore = (user: NativeUser): Outcome =>
  already({ ref: userRef(user.id), ...(user.userName === undefined ? {} : { login: user.userName }) });

export async function updateAccount(context: Context, call: Extract<Call, { verb: "update" }>): Promise<Outcome> {
  const answer = await changeUser(context, call.ref.id, (user) => changeOf(user, call.attributes, context.profile));
  return answer === null ? already() : done(answer);
}

/** What has to change for these attributes to hold. An empty text clears one. */
function changeOf(user: NativeUser, wanted: Readonly<Record<string, string>>, profile: Profile): Change {
  const { name, email, title, department } = Object.fromEntries(
    Object.entries(wanted).filter(([a]) => !profile.readOnly.some((r) => r === a)),
  );
  const before = workEmail(user);
  const change: Record<string, unknown> = {};
  if (name !== undefined && name !== "") Object.assign(change, nameFields(name, profile));
  if (email !== undefined && email !== before?.value) {
    const others = (user.emails ?? []).filter((e) => e !== before && e.value !== "");
    const changed = email === "" ? [] : [{ type: "work", ...given(before ?? {}), value: email, primary: true }];
    change["emails"] = [...changed, ...others.map(given)];
    // Where the address is the login, single sign-on goes by it: it follows.
    if (email !== "" && before && user.userName !== undefined && fold(user.userName) === fold(before.value)) change["userName"] = email;
  }
  if (title !== undefined && title !== (user.title ?? "")) change["title"] = title === "" ? null : title;
  if (department !== undefined && department !== (departmentOf(user) ?? ""))
    change[enterpriseSchema] = { department: department === "" ? null : department };
  return change;
}

const given = (value: object): Record<string, unknown> => Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));

function nameFields(name: string, { nameStyle }: Profile): Record<string, unknown> {
  const words = name.split(" ").filter((w) => w !== "");
  const parts = {
    givenName: words.slice(0, Math.max(1, words.length - 1)).join(" "),
    familyName: words.length > 1 ? words.at(-1)! : noFamilyName,
  };
  if (nameStyle === "formatted") return { name: { formatted: name } };
  return { displayName: name, name: nameStyle === "parts" ? parts : { formatted: name, ...parts } };
}

const activeAs = (active: boolean, { activeAs: style }: Profile): boolean | string =>
  style === "text" ? (active ? "True" : "False") : active;

export async function setActive(context: Context, id: string, active: boolean): Promise<Outcome> {
  const { api, profile } = context;
  if (profile.disable === "none" || (active && profile.disable === "delete" && profile.deletes === "removes"))
    throw refuse("unsupported", `The server cannot ${active ? "restore" : "suspend"} accounts`);
  const answer =
    !active && profile.disable === "delete"
      ? { ...(await api.remove("Users", id)), body: undefined }
      : profile.userEdit === "put"
        ? await changeUser(context, id, (user) => (user.active === active ? null : { active: activeAs(active, profile) }))
        : await context.turns(`user ${id}`, () =>
            api.patchUser(id, patchBody(toOperations({ active: activeAs(active, profile) }, profile))),
          );
  if (answer === null) return already();
  // A server may say yes and do nothing: the stop of a leaver counts when it shows.
  const user = answer.body?.active === active ? answer.body : await userOf(context, id);
  if (user === null)
    return active ? failed("notFound", `User ${id} is not there any more`) : done(answer, { note: "the server removed the account" });
  if (user.active === active) return done(answer);
  const said =
    user.active === undefined ? "does not say whether the account is active" : `still shows it as ${user.active ? "active" : "inactive"}`;
  return failed("invalid", `The server accepted the change of user ${id} and ${said}`);
}

export async function deleteAccount({ api, profile }: Context, id: string): Promise<Outcome> {
  if (profile.deletes !== "removes") throw refuse("unsupported", "The server deletes no accounts: it deactivates them");
  return done(await api.remove("Users", id));
}
