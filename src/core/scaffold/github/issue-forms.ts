import { writeYaml } from "../../edit/yaml-edit.ts";
import { type FormField, type RequestForm, requestForms, requestHeading, requestLabel } from "../../request/forms.ts";

/** GitHub's issue forms, from the table by which rollcall reads them (syntax: docs.github.com, "Syntax for GitHub's form schema", 2026-11). */
export const issueForms = (): { readonly path: string; readonly text: string }[] =>
  requestForms.map((form) => ({
    path: `.github/ISSUE_TEMPLATE/rollcall-${form.verb}.yml`,
    text: `# Written by \`rollcall init --ci github\`: \`rollcall ci request\` reads these headings, in any order, and no others.\n${writeYaml(formOf(form))}`,
  }));

const formOf = ({ verb, name, description, fields }: RequestForm): object => ({
  name,
  description,
  title: `rollcall ${verb}: `,
  labels: [requestLabel],
  body: [
    { type: "markdown", attributes: { value: "This becomes a pull request, which others review. Whoever asks cannot approve it." } },
    {
      type: "dropdown",
      id: "request",
      attributes: { label: requestHeading, description: "Leave it as it is: it says which form this is.", options: [name], default: 0 },
      validations: { required: true },
    },
    ...fields.map(fieldOf),
  ],
});

const fieldOf = ({ id, label, description, placeholder, required, options }: FormField): object => ({
  type: options ? "dropdown" : "input",
  id,
  attributes: {
    label,
    description,
    ...(options ? { options: [...options], default: 0 } : {}),
    ...(placeholder === undefined ? {} : { placeholder }),
  },
  validations: { required },
});
