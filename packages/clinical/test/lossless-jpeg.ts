/** Lossless JPEG as ITU-T T.81, annex H, has it, for tests: predictor 1, no other coding than is needed to write it. */
export interface LosslessPlan {
  readonly rows: number;
  readonly columns: number;
  /** Samples side by side. */
  readonly data: ArrayLike<number>;
  readonly bits: number;
  readonly components?: 1 | 3;
  readonly predictor?: number;
  /** Rows of a restart interval. */
  readonly restartRows?: number;
  readonly pointTransform?: number;
}

/** Code lengths 1 to 16 of the differences' categories: categories 0 to 16 with codes of five bits, none of ones alone. */
const CODE_BITS = 5;
const CATEGORIES = 17;

export function encodeLossless(plan: LosslessPlan): Uint8Array<ArrayBuffer> {
  const { rows, columns, bits, components = 1, predictor = 1, restartRows, pointTransform = 0 } = plan;
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const lengths = Array.from({ length: 16 }, (_, index) => (index + 1 === CODE_BITS ? CATEGORIES : 0));
  const restart = restartRows === undefined ? [] : segment(0xdd, ...word(restartRows * columns));
  const bytes = [
    0xff,
    0xd8,
    ...segment(
      0xc3,
      bits,
      ...word(rows),
      ...word(columns),
      components,
      ...ids.flatMap((id) => [id, 0x11, 0]),
    ),
    ...segment(0xc4, 0, ...lengths, ...Array.from({ length: CATEGORIES }, (_, index) => index)),
    ...restart,
    ...segment(0xda, components, ...ids.flatMap((id) => [id, 0]), predictor, 0, pointTransform),
    ...scan(plan),
    0xff,
    0xd9,
  ];
  return Uint8Array.from(bytes);
}

function scan({
  rows,
  columns,
  data,
  bits,
  components = 1,
  predictor = 1,
  restartRows,
}: LosslessPlan): number[] {
  const bytes: number[] = [];
  let pending = "";
  const flush = (): void => {
    while (pending.length >= 8) {
      const byte = Number.parseInt(pending.slice(0, 8), 2);
      bytes.push(byte, ...(byte === 0xff ? [0] : []));
      pending = pending.slice(8);
    }
  };
  const pad = (): void => {
    if (pending !== "") pending = pending.padEnd(8, "1");
    flush();
  };
  const at = (row: number, column: number, component: number): number =>
    data[(row * columns + column) * components + component]!;
  for (let row = 0; row < rows; row++) {
    const restarts = restartRows !== undefined && row % restartRows === 0;
    if (restarts && row > 0) {
      pad();
      bytes.push(0xff, 0xd0 + ((row / restartRows - 1) % 8));
    }
    for (let column = 0; column < columns; column++) {
      for (let component = 0; component < components; component++) {
        const isFirst = row === 0 || restarts;
        const left = (): number => at(row, column - 1, component);
        const above = (): number => at(row - 1, column, component);
        const predicted =
          column === 0
            ? isFirst
              ? 2 ** (bits - 1)
              : above()
            : isFirst
              ? left()
              : predict(predictor, left(), above(), at(row - 1, column - 1, component));
        pending += code(((at(row, column, component) - predicted + 32_767) & 0xffff) - 32_767);
        flush();
      }
    }
  }
  pad();
  return bytes;
}

/** Table H.1 of T.81. */
function predict(predictor: number, left: number, above: number, corner: number): number {
  return [
    0,
    left,
    above,
    corner,
    left + above - corner,
    left + ((above - corner) >> 1),
    above + ((left - corner) >> 1),
    (left + above) >> 1,
  ][predictor]!;
}

/** A difference from -32,767 to 32,768: its category, then its bits. */
function code(difference: number): string {
  const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  const prefix = category.toString(2).padStart(CODE_BITS, "0");
  if (category === 0 || category === 16) return prefix;
  const value = difference > 0 ? difference : difference + 2 ** category - 1;
  return prefix + value.toString(2).padStart(category, "0");
}

function segment(marker: number, ...content: readonly number[]): number[] {
  return [0xff, marker, ...word(content.length + 2), ...content];
}

function word(value: number): number[] {
  return [value >> 8, value & 255];
}
