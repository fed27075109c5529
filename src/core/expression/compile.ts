import { type ASTNode, Environment, ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import type { Person } from "../model/person.ts";
import { suggestion } from "../source/did-you-mean.ts";

/** A `when` that is known to be a condition over one person, and to end. */
export interface Condition {
  readonly expression: string;
  /** The fields of a person on which the answer depends. */
  readonly fields: readonly Fieldname[];
  run(fields: Fields): unknown;
}

export interface ExpressionProblem {
  readonly code: "EXPRESSION_SYNTAX" | "EXPRESSION_TYPE" | "EXPRESSION_LIMIT" | "EXPRESSION_FORBIDDEN";
  /** One sentence. */
  readonly summary: string;
  readonly fix: string;
  /** Characters of the expression it is about. */
  readonly start: number;
  readonly end: number;
}

/** What `when` can see of a person: only her own fields, each a text, "" where her file is silent. No roles, no clock (DESIGN 3). */
const fieldNames = ["key", "name", "email", "type", "title", "manager", "department", "location", "start", "lastDay"] as const;
type Fieldname = (typeof fieldNames)[number];
export type Fields = Readonly<Record<Fieldname, string>>;

/** What a condition sees of a person. */
export const fieldsOf = (person: Person): Fields => ({
  key: person.key,
  name: person.name,
  email: person.email ?? "",
  type: person.type,
  title: person.title ?? "",
  manager: person.manager ?? "",
  department: person.department ?? "",
  location: person.location ?? "",
  start: person.start ?? "",
  lastDay: person.lastDay ?? "",
});

const maxLength = 500;

const environment = new Environment({
  limits: { maxAstNodes: 200, maxDepth: 24, maxListElements: 100, maxMapEntries: 1, maxCallArguments: 2 },
}).registerVariable({ name: "person", schema: Object.fromEntries(fieldNames.map((name) => [name, "string"])) });

/**
 * Compiles a condition. The language is CEL without what could fail or take long at run time: no macros or comprehensions, no regular
 * expressions, no arithmetic, no conversions, no indexing. What is left is total: once compiled, it gives true or false for every person, in
 * time bounded by its own length and that of her fields.
 */
export function compileCondition(expression: string): { condition: Condition } | { problem: ExpressionProblem } {
  const whole = { start: 0, end: expression.length };
  const refuse = (code: ExpressionProblem["code"], summary: string, fix: string, range: { start: number; end: number } = whole) => ({
    problem: { code, summary, fix, start: range.start, end: range.end },
  });
  if (expression.length > maxLength) {
    return refuse(
      "EXPRESSION_LIMIT",
      `The condition is longer than ${maxLength} characters.`,
      "Split the role, or list people's roles in their files.",
    );
  }
  if (expression.trim() === "")
    return refuse("EXPRESSION_SYNTAX", "The condition is empty.", 'Write a condition, such as person.department == "platform".');
  try {
    const parsed = environment.parse(expression);
    const offence = findForbidden(parsed.ast);
    if (offence) return refuse("EXPRESSION_FORBIDDEN", offence.summary, allowed, offence.node.range);
    const checked = parsed.check();
    if (!checked.valid) {
      const error = checked.error;
      const missing = /^No such key: (\w+)$/.exec(error?.summary ?? "")?.[1] ?? "";
      const fix = suggestion(missing, fieldNames, `The fields of person are ${fieldNames.join(", ")}; all are text.`);
      return refuse("EXPRESSION_TYPE", sentence(error?.summary), fix, error?.range ?? whole);
    }
    if (String(checked.type) !== "bool") {
      return refuse(
        "EXPRESSION_TYPE",
        `A condition is true or false; this one is of type ${String(checked.type)}.`,
        "Compare it with something: ==, in, startsWith().",
      );
    }
    return { condition: { expression, fields: fieldsIn(parsed.ast), run: (fields) => parsed({ person: fields }) } };
  } catch (error) {
    if (!(error instanceof ParseError || error instanceof CelTypeError)) throw error;
    const range = error.range ?? whole;
    if (error.code === "limit_exceeded" || error.summary.startsWith("Exceeded")) {
      return refuse("EXPRESSION_LIMIT", "The condition nests too deeply or has too many parts.", "Simplify it, or split the role.", range);
    }
    return refuse(
      "EXPRESSION_SYNTAX",
      sentence(error.summary),
      'Write a condition in CEL, such as person.department == "platform".',
      range,
    );
  }
}

/**
 * Whether a condition holds for a person. A condition that gives anything but true or false, or throws, is an error value with the reason:
 * it must never pass for "does not hold", which would take access away.
 */
export function evaluate(condition: Condition, person: Fields): { readonly holds: boolean } | { readonly error: string } {
  try {
    const value = condition.run(person);
    return typeof value === "boolean" ? { holds: value } : { error: `The condition gave ${typeof value} instead of true or false.` };
  } catch (error) {
    return { error: `The condition failed: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}` };
  }
}

/** The library's message without long words: it repeats names from the expression, and one may be a secret. */
const sentence = (text: string | undefined): string => {
  const first = (text ?? "The condition is not valid")
    .split("\n")[0]!
    .trim()
    .replace(/[A-Za-z0-9_-]{20,}/g, "[hidden]");
  return first.endsWith(".") ? first : `${first}.`;
};

const operators: ReadonlySet<string> = new Set([
  "value",
  "id",
  ".",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "list",
  "&&",
  "||",
  "!_",
  "?:",
]);
const methods: ReadonlySet<string> = new Set(["startsWith", "endsWith", "contains", "lowerAscii", "upperAscii", "size"]);
const functions: ReadonlySet<string> = new Set(["size"]);
const allowed =
  "A condition may use person's fields, texts, lists, == != < <= > >= in && || ! ?: and startsWith, endsWith, contains, lowerAscii, upperAscii, size.";

/** The first node outside the allowed language. The walk is as deep as the parser's limit allows. */
function findForbidden(node: ASTNode): { node: ASTNode; summary: string } | null {
  if (node.op === "call") {
    const [name, args] = node.args;
    return functions.has(name) ? firstOf(args) : { node, summary: `The function ${name}() is not allowed in a condition.` };
  }
  if (node.op === "rcall") {
    const [name, receiver, args] = node.args;
    return methods.has(name) ? firstOf([receiver, ...args]) : { node, summary: `The method ${name}() is not allowed in a condition.` };
  }
  if (!operators.has(node.op)) {
    // Comprehensions are what the macros all, exists, map and filter become.
    const what = (node.op as string) === "comprehension" ? "A loop (all, exists, map, filter)" : `The operator ${node.op.replace("_", "")}`;
    return { node, summary: `${what} is not allowed in a condition.` };
  }
  switch (node.op) {
    case "value":
    case "id":
      return null;
    case ".":
      return findForbidden(node.args[0]);
    case "!_":
      return findForbidden(node.args);
    default:
      return firstOf(node.args as readonly ASTNode[]);
  }
}

/** The fields of `person` that an expression of the allowed language looks at; all of them where it looks at her as a whole. */
function fieldsIn(ast: ASTNode): Fieldname[] {
  const found = new Set<string>();
  const visit = (node: ASTNode): void => {
    switch (node.op) {
      case "value":
        return;
      case "id":
        for (const name of fieldNames) found.add(name);
        return;
      case ".":
        if (node.args[0].op === "id") found.add(node.args[1]);
        else visit(node.args[0]);
        return;
      case "call":
        return node.args[1].forEach(visit);
      case "rcall":
        return [node.args[1], ...node.args[2]].forEach(visit);
      case "!_":
        return visit(node.args);
      default:
        return (node.args as readonly ASTNode[]).forEach(visit);
    }
  };
  visit(ast);
  return fieldNames.filter((name) => found.has(name));
}

function firstOf(nodes: readonly ASTNode[]): { node: ASTNode; summary: string } | null {
  for (const node of nodes) {
    const found = findForbidden(node);
    if (found) return found;
  }
  return null;
}
