import { actions } from "./actions.ts";
import type { Binding } from "./credentials.ts";

/** Lines of YAML, indented by so many spaces; empty lines stay empty. */
export const indent = (text: string, spaces: number): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? "" : `${" ".repeat(spaces)}${line}`))
    .join("\n");

/** The first lines of every file. */
export const head = (
  name: string,
  what: string,
): string => `# Written by \`rollcall init --ci github\`; what it may do, and why: docs/pull-requests.md of rollcall.
# ${what}
name: ${name}
`;

/**
 * Checkout, Node and rollcall, as every job begins. No credential stays in .git, no cache is read or written that another run could have filled,
 * and no package gets to run a script of its own.
 */
export const setUp = (whose: string): string => `- name: Check out ${whose}
  uses: ${actions.checkout}
  with:
    fetch-depth: 0
    persist-credentials: false
- name: Install Node
  uses: ${actions.setupNode}
  with:
    node-version: 24
    package-manager-cache: false
- name: Install rollcall as the lock file says
  run: npm ci --ignore-scripts`;

/** What a step gets: the token of this run for the forge, and what it needs beside. */
export const environment = (bindings: readonly Binding[]): string =>
  [
    "env:",
    "  GITHUB_TOKEN: ${{ github.token }}",
    ...bindings.map(({ variable, from, name }) => `  ${variable}: \${{ ${from}.${name} }}`),
  ].join("\n");

/** Every job runs on the same, and none for ever. */
export const runner = (minutes: number): string => `runs-on: ubuntu-24.04\ntimeout-minutes: ${minutes}`;
