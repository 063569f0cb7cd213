/** Chromosome, position, reference, alternative, quality, genotype, depth: rows as a laboratory might report them. */
const rows: readonly (readonly [string, number, string, string, number, string, number])[] = [
  ["1", 11_796_321, "G", "A", 812, "0/1", 41],
  ["1", 169_549_811, "C", "T", 640, "0/0", 38],
  ["6", 26_092_913, "G", "A", 905, "0/1", 47],
  ["7", 117_559_590, "ATCT", "A", 731, "0/1", 36],
  ["11", 5_227_002, "T", "A", 688, "0/0", 40],
  ["13", 32_338_162, "C", "T", 499, "0/1", 29],
  ["16", 31_096_368, "C", "T", 873, "1/1", 44],
  ["17", 43_093_464, "A", "C", 702, "0/1", 39],
  ["19", 44_908_684, "T", "C", 926, "0/1", 52],
  ["22", 42_126_611, "C", "G", 577, "0/0", 33],
];

/** A small variant file (VCF 4.3) of somebody who does not exist. */
export function writeVariants({ sample, date }: { readonly sample: string; readonly date: string }): string {
  const header = [
    "##fileformat=VCFv4.3",
    `##fileDate=${date}`,
    "##source=Chirograph samples: made up, of nobody",
    "##reference=GRCh38",
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample].join("\t"),
  ];
  const lines = rows.map(([chromosome, position, reference, alternative, quality, genotype, depth]) =>
    [
      chromosome,
      position,
      ".",
      reference,
      alternative,
      quality,
      "PASS",
      `DP=${depth}`,
      "GT:DP",
      `${genotype}:${depth}`,
    ].join("\t"),
  );
  return [...header, ...lines, ""].join("\n");
}
