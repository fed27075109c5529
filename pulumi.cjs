"use strict";
/** `rollcall/pulumi`, in this repository and in the package made of it: state files refer to that name for ever. */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const source = join(__dirname, "src");
module.exports = require(join(existsSync(source) ? source : join(__dirname, "dist", "src"), "cli", "pulumi", "entry.cjs"));
