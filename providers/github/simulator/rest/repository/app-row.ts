import type { App } from "../../app.ts";
import { long } from "../../field.ts";
import { nodeId, simpleUser } from "../shape.ts";

/** An app as GitHub's REST API writes it; all of them are GitHub's own here. */
export function appRow(app: App, origin: string): Record<string, unknown> {
  return {
    id: app.id,
    client_id: `Iv1.${app.id.toString(16).padStart(16, "0")}`,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    owner: simpleUser({ id: 9919, login: "github", name: null, email: null, verifiedEmails: [], createdAt: long }, origin),
    name: app.slug,
    description: "",
    external_url: `https://github.com/apps/${app.slug}`,
    html_url: `https://github.com/apps/${app.slug}`,
    created_at: long,
    updated_at: long,
    permissions: Object.fromEntries(app.permissions.map((p) => [p, "write"])),
    events: [],
  };
}
