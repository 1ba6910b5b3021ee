const published = "https://raw.githubusercontent.com/cc-orchestrator/cc-orchestrator/main/docs";

/**
 * The first line of a config.yaml, by which editors complete it (the YAML language server's modeline,
 * https://github.com/redhat-developer/yaml-language-server#using-inlined-schema).
 */
export const configModeline = `# yaml-language-server: $schema=${published}/config.schema.json`;
