import { inertLog } from "../core/report/workflow-command.ts";

/** Text for a stream that GitHub Actions reads: names and paths of others must not become its commands. Elsewhere as it is. */
export const forLog = (text: string): string => (process.env["GITHUB_ACTIONS"] === "true" ? inertLog(text) : text);
