/** Every connector in providers/, with what the kit needs to judge it. Found by folder: there is no list to forget to extend. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openRoom } from "../../src/cli/kit-room.ts";
import { sampleRegister, type Target } from "../../src/connector/conformance/index.ts";
import type { Connector, Simulator } from "../../src/connector/index.ts";

const providers = join(import.meta.dirname, "../../providers");

export const connectorNames: readonly string[] = readdirSync(providers, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** The connector of a folder and its simulator, with the real HTTP room for what the room has to keep; a register in place of the latter where people do the work. */
export async function targetOf(name: string): Promise<Target> {
  const connector = await defaultOf<Connector>(join(providers, name, "connector.ts"));
  const simulator = join(providers, name, "simulator.ts");
  if (existsSync(simulator)) return { connector, simulator: await defaultOf<Simulator>(simulator), openIo: openRoom };
  return connector.manifest.human ? { connector, register: sampleRegister } : { connector };
}

async function defaultOf<T>(file: string): Promise<T> {
  const module = (await import(pathToFileURL(file).href)) as { default: T };
  return module.default;
}
