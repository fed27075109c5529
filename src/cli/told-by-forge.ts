import { FaultError } from "../connector/fault.ts";
import { UsageError } from "./command.ts";

/** What the forge refuses is the user's to know: exit 4 where the token may not, 1 for anything else. */
export async function toldByForge<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { kind } = error.fault;
    // The setting is off at first, and the permissions of a workflow do not replace it (docs.github.com, "Managing GitHub Actions settings", 2026-11).
    const hint = /not permitted to create/i.test(error.message)
      ? " Allow it under Settings, Actions, General; or use the token of an app of your own."
      : "";
    throw new UsageError(`${error.message}${hint}`, kind === "auth" || kind === "forbidden" ? 4 : 1);
  }
}
