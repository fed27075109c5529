// Plain JavaScript: an old Node must reach the line that says which Node is needed before it meets a TypeScript file.
import { keepCompiled } from "../../src/cli/compile-cache.js";
import { requireNode } from "../../src/cli/node-version.js";

requireNode();
keepCompiled();
void import("./demo.ts");
