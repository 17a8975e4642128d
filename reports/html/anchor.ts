/** The id of a rule's element in the page; the same rule has the same one in every report, so links keep working. */
export function ruleAnchor(ruleId: string): string {
  return ruleId.replaceAll(/[^A-Za-z0-9-]+/g, '.');
}
