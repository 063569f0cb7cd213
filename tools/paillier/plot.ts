/** A bar for each way, on a scale of powers of ten: light colours on white, which both backgrounds of a page bear. */
export interface Plot {
  readonly title: string;
  readonly description: string;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly label: string }[];
  /** Powers of ten that the scale begins and ends with. */
  readonly from: number;
  readonly to: number;
  /** Names of powers of ten on the scale. */
  readonly tick: (power: number) => string;
}

const WIDTH = 840;
const LEFT = 240;
const RIGHT = 90;
const TOP = 50;
const ROW = 34;
const colours = [
  ["#fbe6e3", "#b8503b"],
  ["#fdf3e3", "#c98a1b"],
  ["#eee8f8", "#7a55b5"],
  ["#e8f1fb", "#3b78b8"],
  ["#e5f4ea", "#3a8a57"],
] as const;

export function drawPlot({ title, description, bars, from, to, tick }: Plot): string {
  const height = TOP + ROW * bars.length + 36;
  const across = (value: number): number =>
    LEFT + ((WIDTH - LEFT - RIGHT) * (Math.max(from, Math.log10(value)) - from)) / (to - from);
  const powers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const bottom = TOP + ROW * bars.length;
  const scale = powers.map((power) => {
    const x = across(10 ** power).toFixed(1);
    return (
      `<line x1="${x}" y1="${TOP - 4}" x2="${x}" y2="${bottom}" stroke="#dde3e9"/>` +
      `<text x="${x}" y="${bottom + 18}" text-anchor="middle" font-size="11.5" fill="#5b6b7b">${tick(power)}</text>`
    );
  });
  const rows = bars.map(({ name, value, label }, index) => {
    const [fill, stroke] = colours[index % colours.length]!;
    const y = TOP + ROW * index;
    const end = across(value);
    return (
      `<text x="${LEFT - 12}" y="${y + 19}" text-anchor="end" font-size="13" fill="#1b2733">${name}</text>` +
      `<rect x="${LEFT}" y="${y + 4}" width="${(end - LEFT).toFixed(1)}" height="${ROW - 12}" rx="4" fill="${fill}" stroke="${stroke}" stroke-width="1.3"/>` +
      `<text x="${(end + 8).toFixed(1)}" y="${y + 19}" font-size="12.5" fill="#1b2733">${label}</text>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t d" font-family="system-ui,-apple-system,'Segoe UI',sans-serif">
<title id="t">${title}</title>
<desc id="d">${description}</desc>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="20" y="28" font-size="15" fill="#1b2733">${title}</text>
${scale.join("\n")}
${rows.join("\n")}
</svg>
`;
}
