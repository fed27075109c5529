// Plain JavaScript: an old Node must reach the line that says which Node is needed before it meets a TypeScript file.
import { requireNode } from "../../src/cli/node-version.js";

requireNode();
void import("./demo.ts");
