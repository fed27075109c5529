#!/usr/bin/env node
import { keepCompiled } from "./compile-cache.js";
import { requireNode } from "./node-version.js";

requireNode();
keepCompiled();
// No top-level await and no static import of TypeScript: the line above must be reached on old versions of Node.
void import("./main.ts")
  .then(({ main }) => main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code;
  });
