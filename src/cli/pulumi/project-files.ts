import { sdkRange, version } from "../package.ts";

/**
 * What a repository needs beside its own files for plain `pulumi preview` and `pulumi up`. Those of this repository are the same, but for its
 * package.json.
 */
export const projectFiles: readonly (readonly [string, string])[] = [
  [
    "Pulumi.yaml",
    `# Plain \`pulumi preview -s github\` and \`pulumi up -s github\` work here, with any backend; one stack is one app.
name: rollcall
description: Accounts and grants of every app, as the files say
runtime:
  name: nodejs
  options:
    typescript: false
    # Keeps the absolute paths of this machine out of state.
    nodeargs: --require rollcall/pulumi
main: pulumi/index.js
# Where the CLI notes a stack's salt; nothing is encrypted, so it need not be kept.
stackConfigDir: .rollcall/stacks
options:
  refresh: always
`,
  ],
  [
    "pulumi/index.js",
    `// What \`pulumi preview -s github\` and \`pulumi up -s github\` run: one stack is one app.
export default async () => {
  const { default: rollcall } = await import("rollcall/pulumi");
  await rollcall.run();
};
`,
  ],
  [
    "package.json",
    `${JSON.stringify(
      {
        private: true,
        type: "module",
        dependencies: {
          "@pulumi/pulumi": sdkRange,
          rollcall: `^${version}`,
        },
      },
      null,
      2,
    )}\n`,
  ],
];
