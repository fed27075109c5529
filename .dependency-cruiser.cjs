/**
 * Who may import whom: arrows only point up the list core, connector, providers, io, cli. Each vendor library has one room.
 * test/architecture.test.ts runs these rules and proves that planted violations are caught.
 */

/** Paths of installed packages, whatever the package manager made of them. */
const pkg = (name) => `(^|/)node_modules/${name}/|^${name}(/|$)`;

/** Only `rooms` may import the library `name`. */
const library = (name, rooms) => ({
  name: `library-${name.replace(/[^a-z0-9]+/gi, "-")}`,
  comment: `${name} is the business of ${rooms.join(", ")} alone.`,
  severity: "error",
  from: { path: "^(src|providers)/", pathNot: [...rooms.map((room) => `^${room}`), "\\.test\\.ts$"] },
  to: { path: pkg(name) },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "core-imports-core",
      comment: "core is pure: it imports no other room of ours.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { path: "^(src|providers|test|examples)/", pathNot: "^src/core/" },
    },
    {
      name: "core-without-node",
      comment: "core has no clock, no files, no network: nothing of Node.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-libraries",
      comment:
        "core uses zod (model, policy, record, schema, source, state), yaml (source, edit, format) and CEL (expression), nothing else.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { path: "node_modules/", pathNot: ["node_modules/(zod|yaml|@marcbachmann/cel-js)/"] },
    },
    {
      name: "core-zod",
      severity: "error",
      from: { path: "^src/core/", pathNot: "^src/core/(model|policy|record|schema|source|state)/" },
      to: { path: pkg("zod") },
    },
    {
      name: "connector-imports",
      comment: "The contract knows the model and problems, nothing that decides and nothing that acts.",
      severity: "error",
      from: { path: "^src/connector/" },
      to: { path: "^(src|providers|test|examples)/", pathNot: ["^src/connector/", "^src/core/model/", "^src/core/diagnostic\\.ts$"] },
    },
    {
      name: "connector-without-node",
      comment: "Only the simulation server and the conformance kit listen on a socket.",
      severity: "error",
      from: { path: "^src/connector/", pathNot: "^src/connector/(simulation|conformance)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "provider-imports",
      comment: "A provider imports the contract, the simulation server and its own folder: never core, io, or another provider.",
      severity: "error",
      from: { path: "^providers/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^(src|providers|test|examples)/",
        pathNot: ["^providers/$1/", "^src/connector/index\\.ts$", "^src/connector/simulation/"],
      },
    },
    {
      name: "provider-without-node",
      comment: "A connector reaches the world through Io alone. Its simulator is a server, and its spec extractor a development script.",
      severity: "error",
      from: { path: "^providers/", pathNot: ["\\.test\\.ts$", "^providers/[^/]+/(spec/|simulator(/|\\.ts$))"] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "connector-without-simulator",
      comment: "What talks to the vendor must not contain the pretended vendor.",
      severity: "error",
      from: { path: "^providers/([^/]+)/", pathNot: ["\\.test\\.ts$", "^providers/[^/]+/simulator(/|\\.ts$)"] },
      to: { path: "^providers/$1/simulator(/|\\.ts$)" },
    },
    {
      name: "io-imports",
      comment: "A room of io imports core, the contract and itself; cli joins rooms, in Pulumi's processes too (cli/pulumi).",
      severity: "error",
      from: { path: "^src/io/([^/]+)/" },
      to: { path: "^(src|providers|test|examples)/", pathNot: ["^src/io/$1/", "^src/core/", "^src/connector/"] },
    },
    {
      name: "engines-apart",
      comment: "Neither engine knows the other; both use core.",
      severity: "error",
      from: { path: "^src/io/engine/(embedded|pulumi)/" },
      to: { path: "^src/io/engine/(embedded|pulumi)/", pathNot: "^src/io/engine/$1/" },
    },
    {
      name: "cli-is-last",
      comment: "Nothing imports the command line but itself, tests and examples.",
      severity: "error",
      from: { path: "^(src|providers)/", pathNot: ["^src/cli/", "\\.test\\.ts$"] },
      to: { path: "^src/cli/" },
    },
    {
      name: "not-to-test",
      severity: "error",
      from: { path: "^(src|providers|examples)/", pathNot: "\\.test\\.ts$" },
      to: { path: ["^test/", "\\.test\\.ts$"] },
    },
    {
      name: "no-dev-dependency",
      comment: "What runs at a user's must not need a development dependency; a vendor's extractor script may.",
      severity: "error",
      from: { path: "^(src|providers)/", pathNot: ["\\.test\\.ts$", "^providers/[^/]+/spec/"] },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    library("yaml", ["src/core/(source|edit|format|import)/", "src/io/state/"]),
    library("@marcbachmann/cel-js", ["src/core/expression/"]),
    library("@pulumi/pulumi", ["src/io/engine/pulumi/"]),
    library("simple-git", ["src/io/git/"]),
    library("octokit", ["src/io/pull-request/", "providers/github/"]),
    library("graphql", ["src/io/http/", "providers/github/"]),
    library("commander", ["src/cli/"]),
    library("picocolors", ["src/cli/"]),
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolvable",
      comment: "The Pulumi SDK is an optional dependency: the embedded engine runs without it.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^@pulumi/" },
    },
    {
      name: "no-orphans",
      comment: "A module that nothing imports and that imports nothing is dead, unless something finds it by its name.",
      severity: "error",
      from: {
        orphan: true,
        path: "^(src|providers)/",
        pathNot: ["^src/cli/rollcall\\.js$", "\\.test\\.ts$", "/connector\\.[jt]s$", "/simulator\\.ts$"],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^test/.*/fixtures/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js", ".cjs", ".mjs", ".d.ts"],
    },
  },
};
