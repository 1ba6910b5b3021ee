/** The `format` words of GitHub's description. Number widths say nothing that JSON could break. */
export const formats: Record<string, true | RegExp | ((value: string) => boolean)> = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  uri: (value) => URL.canParse(value),
  "uri-template": true,
  email: /^[^@\s]+@[^@\s]+$/,
  "repo.nwo": /^[^/\s]+\/[^/\s]+$/,
  binary: true,
  int32: true,
  int64: true,
  double: true,
};
