import type { Coalition, PolicyExplanation } from "@chirograph/vault";
import { showName } from "../../terminal/name.ts";
import { drawTable } from "../../terminal/table.ts";

/**
 * An explained policy for people: what it means, what lies where, and who together has enough.
 * @param locations of the stores, in their order
 * @param columns of the screen
 */
export function showPolicy(
  explained: PolicyExplanation,
  locations: readonly string[],
  columns: number,
): string[] {
  return [
    ...explained.sentences.flatMap((sentence) => drawTable([[sentence]], columns)),
    "",
    ...drawTable(storeRows(explained, locations), columns),
    "",
    ...drawTable(coalitionRows(explained), columns),
  ];
}

function storeRows(
  { stores, fragments, needed }: PolicyExplanation,
  locations: readonly string[],
): string[][] {
  return [
    ["store", "kind", "provider", "region", "weight", `fragments (${fragments})`, "if lost"],
    ...stores.map(({ kind, provider, region, weight, fewest, most, left }, index) => [
      locations[index]!,
      kind,
      shown(provider),
      shown(region),
      `${weight}`,
      range(fewest, most),
      left < needed ? `${left} left: too few` : `${left} left, ${left - needed} spare`,
    ]),
  ];
}

function coalitionRows({ coalitions, needed }: PolicyExplanation): string[][] {
  return [
    ["together", "stores", "fragments", `enough (${needed})`],
    ...coalitions.map((coalition) => [
      nameOf(coalition),
      `${coalition.stores.length}`,
      range(coalition.fewest, coalition.most),
      verdictOn(coalition, needed),
    ]),
  ];
}

function verdictOn({ stores, fewest, storesNeeded }: Coalition, needed: number): string {
  if (storesNeeded === null) return "no";
  const which = storesNeeded === stores.length ? "all of them" : `${storesNeeded} of them`;
  return fewest < needed ? `for some versions, ${which}` : `yes, ${which}`;
}

function nameOf({ kind, name }: Coalition): string {
  if (kind !== "provider") return kind;
  return name === "" ? "providers not told" : `provider ${shown(name)}`;
}

function range(fewest: number, most: number): string {
  return fewest === most ? `${most}` : `${fewest}-${most}`;
}

function shown(text: string): string {
  return text === "" ? "-" : showName(text);
}
