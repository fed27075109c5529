import { connectorPage } from "./connector-page.ts";
import { labelOf } from "./connector-name.ts";
import type { Manifest } from "../model/manifest.ts";

export interface TextFile {
  /** Below the connector's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface NewConnector {
  readonly name: string;
  /**
   * What the copy imports of rollcall: by path, as rollcall's own connectors do (`source`), or by the name of the installed package
   * (`package`).
   */
  readonly from: "source" | "package";
}

/** The rooms of `src/connector` that a connector may import, as the reference reaches them, and as package.json's `exports` name them. */
const rooms: readonly (readonly [path: RegExp, name: string])[] = [
  [/"(?:\.\.\/)+src\/connector\/index\.ts"/g, '"rollcall/connector"'],
  [/"(?:\.\.\/)+src\/connector\/simulation\/serve\.ts"/g, '"rollcall/connector/simulation"'],
  [/"(?:\.\.\/)+src\/connector\/conformance\/index\.ts"/g, '"rollcall/connector/conformance"'],
];

/**
 * The reference connector under another name. Code is copied with its names replaced, so that the copy passes the kit before anything in it is
 * changed; its page is written anew, since what it says of the reference is true of no other. Sorted by path.
 */
export function copyConnector(reference: readonly TextFile[], manifest: Manifest, { name, from }: NewConnector): readonly TextFile[] {
  const label = labelOf(name);
  const renamed = (text: string): string =>
    text.replaceAll(manifest.description, `${label}, in one sentence.`).replaceAll(manifest.name, name).replaceAll(manifest.label, label);
  const addressed = (text: string): string =>
    from === "source" ? text : rooms.reduce((t, [path, room]) => t.replaceAll(path, room), text);
  const code = reference
    .filter((f) => f.path.endsWith(".ts"))
    .map((f) => ({ path: f.path.replace(manifest.name, name), text: addressed(renamed(f.text)) }));
  return [...code, { path: "README.md", text: connectorPage({ ...manifest, name, label }) }].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
  );
}
