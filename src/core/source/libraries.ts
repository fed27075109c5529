import yaml from "yaml/package.json" with { type: "json" };
import zod from "zod/package.json" with { type: "json" };

/** The libraries on which the meaning of a file rests, with their versions: another version may read a text otherwise. */
export const decodingLibraries = `yaml ${yaml.version}, zod ${zod.version}`;
