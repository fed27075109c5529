import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { Label } from "../../core/forge/forge.ts";
import { faultOfReply } from "./api.ts";
import { detailsOf } from "./fault.ts";
import { type Room, sameName } from "./room.ts";

const named = z.looseObject({ name: z.string() }).transform((l) => l.name);

/**
 * Sets those of `all` that are in `names`, takes away the others of `all`, and leaves labels outside `all` alone. Costs one request where
 * nothing changes.
 */
export async function setLabels(room: Room, number: number, all: readonly Label[], names: readonly string[]): Promise<void> {
  const stranger = names.find((n) => !all.some((l) => sameName(l.name, n)));
  if (stranger !== undefined)
    throw new FaultError({ kind: "invalid", message: `The label ${JSON.stringify(stranger)} is not one of those that may be set` });
  const { api, at } = room;
  const where = { ...at, issue_number: number };
  const there = await api.pages("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", where, z.array(named));
  const isOn = (label: Label): boolean => there.some((n) => sameName(n, label.name));
  const isWanted = (label: Label): boolean => names.some((n) => sameName(n, label.name));
  const missing = all.filter((l) => isWanted(l) && !isOn(l));
  if (missing.length > 0) {
    await makeLabels(room, missing);
    const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/labels";
    await api.get(route, { ...where, labels: missing.map((l) => l.name) }, z.array(named));
  }
  for (const { name } of all.filter((l) => isOn(l) && !isWanted(l))) {
    const reply = await api.rest("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", { ...where, name });
    // 404: somebody took it away meanwhile.
    if (reply.status >= 300 && reply.status !== 404) throw faultOfReply(reply);
  }
}

/** Makes those that the repository lacks: GitHub would make them by itself, grey and without a description. */
export async function makeLabels({ api, at }: Room, labels: readonly Label[]): Promise<void> {
  for (const { name, colour, description } of labels) {
    if ((await api.look("GET /repos/{owner}/{repo}/labels/{name}", { ...at, name }, named)) !== null) continue;
    const reply = await api.rest("POST /repos/{owner}/{repo}/labels", { ...at, name, color: colour, description });
    const exists = reply.status === 422 && detailsOf(reply.data).some((d) => d.code === "already_exists");
    if (reply.status >= 300 && !exists) throw faultOfReply(reply);
  }
}
