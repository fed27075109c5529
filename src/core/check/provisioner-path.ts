import type { App } from "../model/app.ts";
import type { CheckContext } from "./context.ts";

/** Where an app's file names its provisioner: `provisioned-by: okta`, or `app` within what is written longer. */
export const provisionerPath = (context: CheckContext, app: App): readonly string[] =>
  typeof writtenAt(context, app) === "object" ? ["provisioned-by", "app"] : ["provisioned-by"];

/** The name as it is written, also where the rest does not fit the schema and was left out. */
export function writtenProvisioner(context: CheckContext, app: App): unknown {
  const written = writtenAt(context, app);
  return typeof written === "object" && written !== null && "app" in written ? written.app : written;
}

function writtenAt(context: CheckContext, app: App): unknown {
  const value = context.sources.get(app.origin.file)?.value;
  return typeof value === "object" && value !== null && "provisioned-by" in value ? value["provisioned-by"] : undefined;
}
