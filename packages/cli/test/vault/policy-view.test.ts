import { explainPolicy, type Policy, type StoreSettings } from "@chirograph/vault";
import { expect, test } from "vitest";
import { showPolicy } from "../../src/commands/vault/policy-view.ts";
import { drawTable } from "../../src/terminal/table.ts";

type Row = [StoreSettings["kind"], provider: string, region: string, weight?: number];

function shown(rows: readonly Row[], rules: Partial<Policy>, fragments: number, columns: number): string {
  const stores = rows.map(([kind, provider, region, weight = 1], index) => {
    return { id: `${index}`.padStart(32, "0"), kind, provider, region, weight };
  });
  const policy: Policy = {
    tolerate: 0,
    publicBelowNeeded: false,
    regions: 1,
    providerBelowNeeded: false,
    tolerateProviders: 0,
    ...rules,
  };
  const locations = rows.map((_, index) => `file:///srv/${index + 1}`);
  return showPolicy(explainPolicy({ stores, policy }, fragments), locations, columns).join("\n");
}

test("a hybrid vault", () => {
  const rows: Row[] = [
    ["public", "a", "north"],
    ["public", "b", "south"],
    ["private-hosted", "c", "north"],
    ["private-on-premise", "", "house"],
    ["private-on-premise", "", "house"],
  ];
  expect(`\n${shown(rows, { tolerate: 1, publicBelowNeeded: true, regions: 2 }, 12, 100)}\n`).toBe(`
It has the rules of the preset "hybrid": no coalition of public clouds can rebuild a record.
Any 1 store of the 5 may be lost: 12 fragments are made of every version, and any 9 are enough.
At least 4 stores must put their fragments together to have the 9 that are needed.
The public stores together hold at most 6 fragments: too few to open anything.
The fragments of every version lie in at least 3 regions.

store          kind                provider  region  weight  fragments (12)  if lost
file:///srv/1  public              a         north   1       2-3             9 left, 0 spare
file:///srv/2  public              b         south   1       2-3             9 left, 0 spare
file:///srv/3  private-hosted      c         north   1       2-3             9 left, 0 spare
file:///srv/4  private-on-premise  -         house   1       2-3             9 left, 0 spare
file:///srv/5  private-on-premise  -         house   1       2-3             9 left, 0 spare

together        stores  fragments  enough (9)
any stores      5       12         yes, 4 of them
public clouds   2       4-6        no
private stores  3       6-8        no
on premise      2       4-6        no
provider a      1       2-3        no
provider b      1       2-3        no
provider c      1       2-3        no
`);
});

test("several clouds, of which each may go and none is trusted", () => {
  const rows: Row[] = [
    ["public", "a", "eu", 2],
    ["public", "A", "us"],
    ["public", "b", "eu"],
    ["private-hosted", "b", "eu"],
    ["private-on-premise", "", "home", 2],
  ];
  const rules = { tolerate: 1, providerBelowNeeded: true, tolerateProviders: 1 };
  expect(`\n${shown(rows, rules, 14, 100)}\n`).toBe(`
It has the rules of the preset "multi-cloud": any one provider may be lost, and no provider alone
can rebuild a record.
Any 1 store of the 5 may be lost: 14 fragments are made of every version, and any 8 are enough.
Any one provider outside the house may be lost with all its stores: at most 6 fragments go with it.
At least 2 stores must put their fragments together to have the 8 that are needed.
The public stores, with what else their providers run, together hold at most 10 fragments: enough of
them, together they have what is needed.
No provider outside the house has enough alone: one has at most 6 fragments.
The fragments of every version lie in at least 3 regions.
Weights share the fragments out as far as the rules allow.

store          kind                provider  region  weight  fragments (14)  if lost
file:///srv/1  public              a         eu      2       4               10 left, 2 spare
file:///srv/2  public              A         us      1       2               12 left, 4 spare
file:///srv/3  public              b         eu      1       2               12 left, 4 spare
file:///srv/4  private-hosted      b         eu      1       2               12 left, 4 spare
file:///srv/5  private-on-premise  -         home    2       4               10 left, 2 spare

together        stores  fragments  enough (8)
any stores      5       14         yes, 2 of them
public clouds   4       10         yes, 3 of them
private stores  1       4          no
provider a      2       6          no
provider b      2       4          no
`);
});

test("two stores of one provider, on a narrow screen", () => {
  const rows: Row[] = [
    ["public", "a provider with a long name", ""],
    ["public", "a provider with a long name", "\u001b[2J"],
  ];
  expect(`\n${shown(rows, {}, 8, 72)}\n`).toBe(`
No store may be lost: all 8 fragments are needed.
If "a provider with a long name" fails with its 2 stores, too few
fragments are left: that is more than may be lost.
At least 2 stores must put their fragments together to have the 8 that
are needed.
The public stores together hold at most 8 fragments: enough of them,
together they have what is needed.
"a provider with a long name" alone, with its 2 stores, can have what is
needed.
The fragments of every version lie in at least 2 regions.

store      kind    provider   region      weight  fragments   if lost
                                                  (8)
file:///   public  a          -           1       4           4 left:
srv/1              provider                                   too few
                   with a
                   long name
file:///   public  a          "\\u001b[2J  1       4           4 left:
srv/2              provider   "                               too few
                   with a
                   long name

together                             stores  fragments  enough (8)
any stores                           2       8          yes, all of them
public clouds                        2       8          yes, all of them
provider a provider with a long      2       8          yes, all of them
name
`);
});

test("a table keeps to the screen, and to what can be read", () => {
  const rows = [
    ["a", "b"],
    ["file:///srv/clouds/one", "private-on-premise"],
    ["日本語のストア", "x"],
  ];
  for (const columns of [18, 20, 30, 40, 1000]) {
    const lines = drawTable(rows, columns);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    const [first, second] = [0, 1].map((column) =>
      lines
        .map((line) => line.slice(...(column === 0 ? [0, widthOf(lines)] : [widthOf(lines)])).trim())
        .join(""),
    );
    expect(first).toBe("afile:///srv/clouds/one日本語のストア");
    expect(second).toBe("bprivate-on-premisex");
  }
  expect(drawTable([["one", "two"]], 3)).toEqual(["one  two"]);
});

/** Where the second column begins. */
function widthOf(lines: readonly string[]): number {
  return lines[0]!.indexOf("b");
}
