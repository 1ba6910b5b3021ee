import packageJson from "../package.json" with { type: "json" };

/** As released. */
export const version: string = packageJson.version;
