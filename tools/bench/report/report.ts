import type { Machine } from "../machine.ts";
import type { Results } from "../results.ts";
import { showSize } from "../sizes.ts";
import { judge } from "./acceptance.ts";
import type { Table } from "./table.ts";
import { claimsTable, comparisonTable, microTable, rangeTable } from "./tables.ts";

/** Everything that was measured, and what it says about the claims. */
export function tablesOf(results: Results): Table[] {
  const { comparisons, range, micro } = results;
  return [
    ...comparisons.map(comparisonTable),
    ...(range === undefined ? [] : [rangeTable(range)]),
    ...(micro.length === 0 ? [] : [microTable(micro)]),
    ...claimsOf(results),
  ];
}

export function claimsOf(results: Results): Table[] {
  const claims = judge(results);
  return claims.length === 0 ? [] : [claimsTable(claims)];
}

export function describeMachine({
  processor,
  cores,
  memoryBytes,
  system,
  node,
  openssl,
  fileSystem,
  peers,
}: Machine): string {
  const others = Object.entries(peers).map(([name, version]) =>
    version.startsWith(name) ? version : `${name} ${version}`,
  );
  return [
    `${processor}, ${cores} cores, ${showSize(memoryBytes)} of memory, ${system}; files on ${fileSystem}.`,
    `Node ${node} with OpenSSL ${openssl}; ${others.length === 0 ? "none of the others is installed" : others.join(", ")}.`,
  ].join("\n");
}
