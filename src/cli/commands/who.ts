import { formatAddress } from "../../core/model/address.ts";
import { whoHolds } from "../../core/audit/answer.ts";
import { becauseText } from "../../core/report/because.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { compiled, openRepository } from "../repository.ts";

/** `rollcall who github/team/dba[:level]`: answered from the files, as of today. */
export async function who(context: Context, address: string): Promise<CommandResult> {
  const repository = await openRepository(context, "known");
  const { desired, manifestByApp } = compiled(repository, context.now());
  const holders = whoHolds(address, desired, manifestByApp);
  if (!holders) throw new UsageError(`${address} names no app of this repository; write app, app/entitlement or app/entitlement:level`, 3);
  if (context.json) {
    context.out(`${JSON.stringify({ version: 1, address, holders }, null, 2)}\n`);
    return 0;
  }
  if (holders.length === 0) context.err(`nobody holds ${address}\n`);
  const entitlement = address.split(":")[0]!;
  const app = entitlement.split("/")[0]!;
  for (const holder of holders) {
    const away = holder.lifecycle === "leave" ? " [on leave: access is off]" : "";
    const held =
      holder.level === "" ? entitlement : formatAddress({ app, entitlement: entitlement.slice(app.length + 1), level: holder.level });
    context.out(`${holder.person}  ${holder.name}  ${held}${away}\n`);
    for (const because of holder.because) context.out(`    ${becauseText(because)}\n`);
  }
  return 0;
}
