import { loadVectors } from "../../../test-support/vectors.ts";

interface VectorFile {
  readonly testGroups: readonly { readonly tests: readonly object[] }[];
}

/** Every vector of a Wycheproof file, each together with what its group says of it. */
export async function wycheproof<Vector>(
  name: string,
): Promise<(Vector & { result: string; tcId: number })[]> {
  const file = (await loadVectors(`wycheproof/${name}_test.json`)) as VectorFile;
  return file.testGroups.flatMap(({ tests, ...group }) =>
    tests.map((each) => ({ ...group, ...each }) as Vector & { result: string; tcId: number }),
  );
}
