import type { Connector } from "./contract.ts";

/** Identity, with inference of the settings' type from the schema. */
export const defineConnector = <Config>(connector: Connector<Config>): Connector<Config> => connector;
