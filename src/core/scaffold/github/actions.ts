/**
 * The actions that workflows use, by the commit of a release: a tag can be moved to other code, as happened to tj-actions/changed-files in March
 * 2025. Read off the tags of the actions' own repositories and compared with pins in others, 2026-11-25.
 */
export const actions = {
  checkout: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  setupNode: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
  uploadArtifact: "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
} as const;
