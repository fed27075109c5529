import type { CommandResult, Context } from "../command.ts";
import { loadRepository, reportDiagnostics } from "../repository.ts";

/** `rollcall check`: every problem of the whole repository at once. Exit 3 where there is an error. */
export async function check(context: Context): Promise<CommandResult> {
  const loaded = await loadRepository(context, "known");
  reportDiagnostics(context, loaded, context.json ? "out" : "err");
  const { organization } = loaded;
  if (!organization) return 3;
  if (!context.json) {
    const counts = [
      [organization.people.size, "people", "person"],
      [organization.services.size, "services", "service"],
      [organization.roles.size, "roles", "role"],
      [organization.apps.size, "apps", "app"],
      [organization.policies.length, "policies", "policy"],
    ] as const;
    context.out(`ok: ${counts.map(([n, many, one]) => `${n} ${n === 1 ? one : many}`).join(", ")}\n`);
  }
  return 0;
}
