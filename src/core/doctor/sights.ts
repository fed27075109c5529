/**
 * What token would see what this one does not (GitHub docs "Permissions required for fine-grained personal access tokens", 2026-11; that names of
 * secrets and environments need no more than write access: "REST API endpoints for GitHub Actions secrets"). A workflow's own token sees none
 * of it.
 */
export const sights = {
  administration: "a token of an administrator: a classic one with the scope repo, or a fine-grained one with Administration: read",
  bypass:
    "a token of somebody who may change the rules: an administrator's classic one with the scope repo, or a fine-grained one with Administration: write",
  people: "a token of somebody who may write here: a classic one with the scope repo, or a fine-grained one with Metadata: read",
  environments: "a token of somebody who may write here: a classic one with the scope repo, or a fine-grained one with Actions: read",
  environmentSecrets:
    "a token of somebody who may write here: a classic one with the scope repo, or a fine-grained one with Environments: read",
  secrets: "a token of somebody who may write here: a classic one with the scope repo, or a fine-grained one with Secrets: read",
  plan: "a token of an owner of the organization: a classic one with the scope admin:org, or a fine-grained one of the organization with Administration: read",
} as const;
