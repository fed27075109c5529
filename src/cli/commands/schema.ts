import { schemaNames } from "../../core/schema/modeline.ts";
import { wholeSchema } from "../../core/schema/schemas.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { loadRepository, reportDiagnostics } from "../repository.ts";
import { schemaInput, staleSchemas, writeSchemas } from "../schemas.ts";

interface SchemaOptions {
  readonly check?: true;
  /** Name of the one schema to print. */
  readonly stdout?: string;
}

/**
 * `rollcall schema`: writes what editors complete and check files by. Files with errors give what can be read of them; the errors are shown,
 * and the exit code is 3. With --check nothing is written: 3 where what lies there is not what would be written.
 */
export async function schema(context: Context, options: SchemaOptions): Promise<CommandResult> {
  const name = schemaNames.find((n) => n === options.stdout);
  if (options.stdout !== undefined && name === undefined)
    throw new UsageError(
      `there is no schema ${options.stdout}${hinted(options.stdout, schemaNames) || `; there are ${schemaNames.join(", ")}`}`,
      3,
    );
  const loaded = await loadRepository(context);
  if (!loaded.organization) reportDiagnostics(context, loaded, "err");
  const invalid = loaded.organization ? 0 : 3;
  if (name !== undefined) {
    context.out(`${JSON.stringify(wholeSchema(name, schemaInput(loaded)), null, 2)}\n`);
    return invalid;
  }
  const stale = await staleSchemas(context.dir, loaded);
  if (options.check) {
    if (context.json) context.out(`${JSON.stringify({ version: 1, stale: stale.map((f) => f.path) }, null, 2)}\n`);
    else for (const { path } of stale) context.out(`${path}\n`);
    if (stale.length > 0) context.err("the schemas are not those of these files; run: rollcall schema\n");
    return stale.length > 0 ? 3 : invalid;
  }
  await writeSchemas(context.dir, stale);
  if (context.json) context.out(`${JSON.stringify({ version: 1, written: stale.map((f) => f.path) }, null, 2)}\n`);
  else for (const { path } of stale) context.out(`wrote    ${path}\n`);
  return invalid;
}
