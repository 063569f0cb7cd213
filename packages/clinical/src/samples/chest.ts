import type { RandomBytes } from "./random.ts";

export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** Row by row, 0 black, 255 white. */
  readonly pixels: Uint8Array;
}

const WIDTH = 640;
const HEIGHT = 720;
const RIBS = 9;

/** What looks like an X-ray of a chest: places are from −1 to 1 across, 0 to 1 down. */
export function drawChest(randomBytes: RandomBytes): GreyPicture {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  const noise = randomBytes(WIDTH);
  for (let row = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++) {
      const x = (2 * column + 1) / WIDTH - 1;
      const y = (row + 0.5) / HEIGHT;
      const grain = (noise[(column * 31 + row * 17) % WIDTH]! / 255 - 0.5) * 0.03;
      pixels[row * WIDTH + column] = Math.round(255 * clamp(density(x, y) + grain));
    }
  }
  return { width: WIDTH, height: HEIGHT, pixels };
}

/** How much is in the way of the rays: what is dense is white. */
function density(x: number, y: number): number {
  const body = soft(0.78 + 0.14 * y - Math.abs(x) + shoulders(x, y), 0.03);
  const lungs = Math.max(lung(x + 0.36, y), lung(x - 0.38, y));
  const heart = soft(1 - ((x - 0.14) / 0.3) ** 2 - ((y - 0.62) / 0.19) ** 2, 0.18);
  const spine = soft(0.075 - Math.abs(x), 0.02) * (0.75 + 0.25 * Math.sin(y * 75));
  const belly = soft(y - 0.79 - 0.06 * x * x, 0.02);
  const collar = 0.5 * soft(0.018 - Math.abs(y - 0.13 - 0.1 * Math.abs(x) ** 1.5), 0.008);
  return (
    body * (0.55 - 0.42 * lungs * (1 - belly)) +
    0.22 * heart * body +
    0.2 * spine * body +
    0.16 * belly * body +
    body * Math.max(0.17 * ribs(x, y) * (0.35 + lungs), 0.3 * collar)
  );
}

function shoulders(x: number, y: number): number {
  return y < 0.2 ? -1.6 * (0.2 - y) * (1.2 - Math.abs(x)) : 0;
}

function lung(x: number, y: number): number {
  return soft(1 - (x / 0.29) ** 2 - ((y - 0.47) / 0.36) ** 2, 0.22);
}

function ribs(x: number, y: number): number {
  let densest = 0;
  for (let rib = 0; rib < RIBS; rib++) {
    const middle = 0.14 + rib * 0.073 + 0.13 * (Math.abs(x) - 0.1) ** 2 + 0.02 * Math.cos(4 * x);
    densest = Math.max(densest, soft(0.011 - Math.abs(y - middle), 0.006));
  }
  return densest * soft(0.74 - Math.abs(x), 0.06);
}

/** 0 outside, 1 inside, and a soft edge of some width between. */
function soft(inside: number, width: number): number {
  const share = clamp(inside / width / 2 + 0.5);
  return share * share * (3 - 2 * share);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
