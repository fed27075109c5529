#!/usr/bin/env node
import { requireNode } from "./node-version.js";

requireNode();
// No top-level await and no static import of TypeScript: the line above must be reached on old versions of Node.
void import("./main.ts")
  .then(({ main }) => main(process.argv.slice(2)))
  .then((code) => {
    process.exitCode = code;
  });
