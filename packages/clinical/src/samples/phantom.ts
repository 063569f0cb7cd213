/** Pixels along one side. */
export const PHANTOM_SIZE = 512;

/** An ellipsoid in a space that reaches from −1 to 1 each way: what it adds, its half axes, centre and turn about z. */
interface Ellipsoid {
  readonly adds: number;
  readonly axes: readonly [x: number, y: number, z: number];
  readonly centre: readonly [x: number, y: number, z: number];
  readonly degrees: number;
}

const ellipsoid = (
  adds: number,
  axes: Ellipsoid["axes"],
  centre: Ellipsoid["centre"],
  degrees: number,
): Ellipsoid => ({ adds, axes, centre, degrees });

/**
 * A head as L. A. Shepp and B. F. Logan drew it in 1974, in three dimensions and with P. Toft's contrasts: skull, brain,
 * hollows, tumours.
 */
const head: readonly Ellipsoid[] = [
  ellipsoid(1, [0.69, 0.92, 0.81], [0, 0, 0], 0),
  ellipsoid(-0.8, [0.6624, 0.874, 0.78], [0, -0.0184, 0], 0),
  ellipsoid(-0.2, [0.11, 0.31, 0.22], [0.22, 0, 0], -18),
  ellipsoid(-0.2, [0.16, 0.41, 0.28], [-0.22, 0, 0], 18),
  ellipsoid(0.1, [0.21, 0.25, 0.41], [0, 0.35, -0.15], 0),
  ellipsoid(0.1, [0.046, 0.046, 0.28], [0, 0.1, 0.05], 0),
  ellipsoid(0.1, [0.046, 0.046, 0.28], [0, -0.1, -0.05], 0),
  ellipsoid(0.1, [0.046, 0.023, 0.2], [-0.08, -0.605, 0], 0),
  ellipsoid(0.1, [0.023, 0.023, 0.1], [0, -0.606, 0], 0),
  ellipsoid(0.1, [0.023, 0.046, 0.15], [0.06, -0.605, 0], 0),
];

const AIR = -1000;
const BONE = 1000;
const BRAIN = 35;

/** The slice through the phantom at a height from −1 to 1, row by row, in Hounsfield units. */
export function drawSlice(z: number): Int16Array {
  const contrast = new Float32Array(PHANTOM_SIZE ** 2);
  const isHit = new Uint8Array(PHANTOM_SIZE ** 2);
  for (const part of head) addPart(part, z, contrast, isHit);
  const values = new Int16Array(contrast.length);
  for (let pixel = 0; pixel < values.length; pixel++) {
    values[pixel] = isHit[pixel] === 1 ? hounsfield(contrast[pixel]!) : AIR;
  }
  return values;
}

function hounsfield(contrast: number): number {
  return contrast > 0.9 ? BONE : Math.round(BRAIN + (contrast - 0.2) * 200);
}

function addPart(part: Ellipsoid, z: number, contrast: Float32Array, isHit: Uint8Array): void {
  const [across, along, high] = part.axes;
  const [centreX, centreY, centreZ] = part.centre;
  // Of an ellipsoid, a slice off its middle shows a smaller ellipse.
  const shrink = 1 - ((z - centreZ) / high) ** 2;
  if (shrink <= 0) return;
  const turn = (part.degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  const reach = Math.max(across, along);
  const columns = pixelsBetween(centreX - reach, centreX + reach);
  const rows = pixelsBetween(-centreY - reach, -centreY + reach);

  for (let row = rows.first; row < rows.end; row++) {
    const y = -middleOf(row) - centreY;
    for (let column = columns.first; column < columns.end; column++) {
      const x = middleOf(column) - centreX;
      const right = (x * cosine + y * sine) / across;
      const up = (y * cosine - x * sine) / along;
      if (right * right + up * up > shrink) continue;
      contrast[row * PHANTOM_SIZE + column]! += part.adds;
      isHit[row * PHANTOM_SIZE + column] = 1;
    }
  }
}

function middleOf(pixel: number): number {
  return (2 * pixel + 1) / PHANTOM_SIZE - 1;
}

function pixelsBetween(from: number, to: number): { first: number; end: number } {
  const pixelAt = (position: number): number => ((position + 1) / 2) * PHANTOM_SIZE;
  return {
    first: Math.max(0, Math.floor(pixelAt(from))),
    end: Math.min(PHANTOM_SIZE, Math.ceil(pixelAt(to))),
  };
}
