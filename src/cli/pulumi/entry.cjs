"use strict";
/**
 * `rollcall/pulumi`: what the constant provider text in every state file loads, and what a Pulumi program runs. CommonJS and synchronous,
 * because Pulumi's plugin process calls `require`; everything else is loaded when it is first needed. The kinds and this path can never be
 * renamed: state files refer to them for ever.
 */
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  throw new Error(
    `rollcall needs Node 24 or newer for its Pulumi program and provider, and pulumi found ${process.versions.node} first on the PATH: ` +
      "npm ci installs the right one beside rollcall: `PATH=$PWD/node_modules/.bin:$PATH pulumi …`.",
  );
}

// Loaded by `nodeargs` before a program begins: the root stack is registered before anything of ours would run.
if (process.env["PULUMI_NODEJS_MONITOR"] !== undefined) require("../../io/engine/pulumi/no-positions.cjs").keepPositionsOut();

/** @param {string} method @param {string} kind @param {unknown[]} args */
const call = async (method, kind, args) => (await import("./provider-process.ts")).call(method, kind, args);

/**
 * The provider of one kind of resource, such as "github/Account".
 *
 * @param {string} kind
 */
exports.get = (kind) => ({
  check: (/** @type {unknown[]} */ ...args) => call("check", kind, args),
  diff: (/** @type {unknown[]} */ ...args) => call("diff", kind, args),
  create: (/** @type {unknown[]} */ ...args) => call("create", kind, args),
  read: (/** @type {unknown[]} */ ...args) => call("read", kind, args),
  update: (/** @type {unknown[]} */ ...args) => call("update", kind, args),
  delete: (/** @type {unknown[]} */ ...args) => call("delete", kind, args),
});

/** The whole program of a stack, which is one app: reads, plans, runs the guards, registers. */
exports.run = async () => (await import("./run-program.ts")).runProgram();
