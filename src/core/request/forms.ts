import { personTypes } from "../model/person.ts";

export const requestVerbs = ["onboard", "offboard", "grant"] as const;
export type RequestVerb = (typeof requestVerbs)[number];

export interface FormField {
  /** Name of the field in the request's schema. */
  readonly id: string;
  /** Heading of the answer in the issue; no two of one form are alike. */
  readonly label: string;
  readonly description: string;
  readonly placeholder?: string;
  readonly required: boolean;
  /** To choose from, the first by default. */
  readonly options?: readonly string[];
  /** Several, apart by commas: `sre, oncall`; or pairs: `github=adalove`. */
  readonly many?: "words" | "pairs";
}

export interface RequestForm {
  readonly verb: RequestVerb;
  /** As the list of forms shows it; the answer to the first question, by which a request is known. */
  readonly name: string;
  readonly description: string;
  readonly fields: readonly FormField[];
}

/** The first heading of every request. */
export const requestHeading = "Rollcall request";
/** For people to find requests by. Nothing is decided from it. */
export const requestLabel = "rollcall-request";

const day = "A day as YYYY-MM-DD, such as 2027-01-31.";

/** What can be asked for, and how. Both the forms and their reading come from here. */
export const requestForms: readonly RequestForm[] = [
  {
    verb: "onboard",
    name: "Onboard somebody",
    description: "Somebody joins: a pull request that adds their file.",
    fields: [
      { id: "name", label: "Name", description: "As colleagues know them.", placeholder: "Maria Mitchell", required: true },
      { id: "email", label: "E-mail", description: "Where invitations go.", placeholder: "maria@example.com", required: false },
      { id: "type", label: "Type", description: "What kind of member of the organisation.", required: true, options: personTypes },
      { id: "title", label: "Job title", description: "Leave it empty where there is none.", required: false },
      {
        id: "manager",
        label: "Manager",
        description: "The key of a person: the name of their file.",
        placeholder: "grace",
        required: false,
      },
      { id: "department", label: "Department", description: "As in the files of colleagues.", placeholder: "platform", required: false },
      { id: "location", label: "Location", description: "Where they work.", required: false },
      { id: "start", label: "First day", description: `${day} Nothing is made before it.`, placeholder: "2027-01-04", required: false },
      {
        id: "roles",
        label: "Roles",
        description: "Keys of roles, apart by commas. What everybody gets comes by itself.",
        placeholder: "sre, oncall",
        required: false,
        many: "words",
      },
      {
        id: "accounts",
        label: "Accounts",
        description: "Accounts that exist already, as app=login, apart by commas.",
        placeholder: "github=mmitchell",
        required: false,
        many: "pairs",
      },
      {
        id: "key",
        label: "Key",
        description: "The name of the file. Leave it empty: it is made from the name.",
        placeholder: "maria-mitchell",
        required: false,
      },
    ],
  },
  {
    verb: "offboard",
    name: "Offboard somebody",
    description: "Somebody leaves: a pull request that sets their last day.",
    fields: [
      { id: "person", label: "Person", description: "The key: the name of their file.", placeholder: "maria-mitchell", required: true },
      { id: "lastDay", label: "Last day", description: `${day} Access ends when it is over. Empty: today.`, required: false },
      { id: "reason", label: "Reason", description: "One line, for the reviewer.", required: false },
    ],
  },
  {
    verb: "grant",
    name: "Grant access until a day",
    description: "Somebody gets one thing for a while: a pull request that adds it.",
    fields: [
      { id: "person", label: "Person", description: "The key: the name of their file.", placeholder: "maria-mitchell", required: true },
      {
        id: "grant",
        label: "Access",
        description: "An address: app/entitlement, or app/entitlement:level.",
        placeholder: "github/team/infra",
        required: true,
      },
      { id: "until", label: "Until", description: `${day} The last day on which it holds.`, placeholder: "2027-01-31", required: true },
      { id: "reason", label: "Reason", description: "One line, for the reviewer: a ticket, an incident.", required: false },
    ],
  },
];
