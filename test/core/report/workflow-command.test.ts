import { expect, test } from "vitest";
import { workflowCommand } from "../../../src/core/report/workflow-command.ts";

test("an annotation is one line that the runner reads", () => {
  expect(
    workflowCommand({ path: "identities/people/ada.yaml", line: 7, level: "failure", title: "ROLE_UNKNOWN", message: "no role sre" }),
  ).toBe("::error file=identities/people/ada.yaml,line=7,title=ROLE_UNKNOWN::no role sre");
  expect(workflowCommand({ path: "a.yaml", line: 1, level: "notice", title: "", message: "m" })).toBe("::notice file=a.yaml,line=1::m");
});

test("names and messages cannot end the line, add a property or begin another command", () => {
  const command = workflowCommand({
    path: "a,line=9::b.yaml",
    line: 1,
    level: "warning",
    title: "x\r\n::set-env name=PATH::/tmp,file=other",
    message: "50%\n::error::forged %0A",
  });
  expect(command).toBe(
    "::warning file=a%2Cline=9%3A%3Ab.yaml,line=1,title=x%0D%0A%3A%3Aset-env name=PATH%3A%3A/tmp%2Cfile=other::50%25%0A::error::forged %250A",
  );
  expect(command.split(/[\r\n]/).length).toBe(1);
});
