/** Pixels along one side. */
export const PHANTOM_SIZE = 512;

/** An ellipse in a picture that reaches from −1 to 1 both ways: what it adds, its half axes, centre and turn. */
interface Ellipse {
  readonly adds: number;
  readonly across: number;
  readonly along: number;
  readonly x: number;
  readonly y: number;
  readonly degrees: number;
}

const ellipse = (
  adds: number,
  across: number,
  along: number,
  x: number,
  y: number,
  degrees: number,
): Ellipse => ({
  adds,
  across,
  along,
  x,
  y,
  degrees,
});

/** A head as L. A. Shepp and B. F. Logan drew it in 1974, with P. Toft's contrasts: skull, brain, hollows, tumours. */
const head: readonly Ellipse[] = [
  ellipse(1, 0.69, 0.92, 0, 0, 0),
  ellipse(-0.8, 0.6624, 0.874, 0, -0.0184, 0),
  ellipse(-0.2, 0.11, 0.31, 0.22, 0, -18),
  ellipse(-0.2, 0.16, 0.41, -0.22, 0, 18),
  ellipse(0.1, 0.21, 0.25, 0, 0.35, 0),
  ellipse(0.1, 0.046, 0.046, 0, 0.1, 0),
  ellipse(0.1, 0.046, 0.046, 0, -0.1, 0),
  ellipse(0.1, 0.046, 0.023, -0.08, -0.605, 0),
  ellipse(0.1, 0.023, 0.023, 0, -0.606, 0),
  ellipse(0.1, 0.023, 0.046, 0.06, -0.605, 0),
];

const AIR = -1000;
const BONE = 1000;
const BRAIN = 35;

/** One slice through the phantom, row by row, in Hounsfield units. */
export function drawPhantom(): Int16Array {
  const pixels = new Int16Array(PHANTOM_SIZE * PHANTOM_SIZE);
  for (let row = 0; row < PHANTOM_SIZE; row++) {
    for (let column = 0; column < PHANTOM_SIZE; column++) {
      const x = (2 * column + 1) / PHANTOM_SIZE - 1;
      const y = 1 - (2 * row + 1) / PHANTOM_SIZE;
      pixels[row * PHANTOM_SIZE + column] = hounsfieldAt(x, y);
    }
  }
  return pixels;
}

function hounsfieldAt(x: number, y: number): number {
  const hits = head.filter((part) => isInside(part, x, y));
  if (hits.length === 0) return AIR;
  const contrast = hits.reduce((sum, { adds }) => sum + adds, 0);
  return contrast > 0.9 ? BONE : Math.round(BRAIN + (contrast - 0.2) * 200);
}

function isInside(
  { across, along, x: centreX, y: centreY, degrees }: Ellipse,
  x: number,
  y: number,
): boolean {
  const turn = (degrees * Math.PI) / 180;
  const right = (x - centreX) * Math.cos(turn) + (y - centreY) * Math.sin(turn);
  const up = (y - centreY) * Math.cos(turn) - (x - centreX) * Math.sin(turn);
  return (right / across) ** 2 + (up / along) ** 2 <= 1;
}
