"use strict";
const { Resource } = require("@pulumi/pulumi");

/**
 * Keeps source positions out of state: absolute paths of one machine, and a third of a state file's bytes. Pulumi's SDK (3.265) asks this one
 * static function. The root stack is registered before a program begins, so under plain `pulumi` this is called by way of `nodeargs` in
 * Pulumi.yaml.
 */
exports.keepPositionsOut = () => {
  /** @type {{ stackTrace: () => readonly unknown[] }} */ (/** @type {unknown} */ (Resource)).stackTrace = () => [];
};
