import type { WaveGroup } from "./reading.ts";

const SPEED_MM_PER_SECOND = 25;
const GAIN_MM_PER_MV = 10;
const MARGIN_MM = 5;
const LEAST_ROW_MM = 15;
/** What no heart does is noise or a broken file; it does not make the paper endless. */
const MOST_ROW_MM = 60;
/** Canvases have their limits. */
const MOST_PIXELS = 16_000;

export interface Paper {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly speed: number;
  readonly gain: number;
}

interface Row {
  readonly name: string;
  readonly values: Float32Array;
  /** Of its zero line. */
  readonly middleMm: number;
}

/** How large the paper is. */
export function paperSize(group: WaveGroup, pixelsAMm: number): Paper {
  const seconds = (group.channels[0]?.values.length ?? 0) / group.samplesPerSecond;
  const most = MOST_PIXELS / pixelsAMm;
  const widthMm = Math.min(most, Math.ceil((seconds * SPEED_MM_PER_SECOND + 4 * MARGIN_MM) / 5) * 5);
  const { heightMm } = rowsOf(group);
  return { widthMm, heightMm: Math.min(most, heightMm), speed: SPEED_MM_PER_SECOND, gain: GAIN_MM_PER_MV };
}

export function drawEcg(canvas: HTMLCanvasElement, group: WaveGroup, pixelsAMm: number): void {
  const paper = paperSize(group, pixelsAMm);
  const ratio = Math.min(2, devicePixelRatio);
  const scale = Math.min(pixelsAMm * ratio, MOST_PIXELS / Math.max(paper.widthMm, paper.heightMm));
  canvas.width = Math.round(paper.widthMm * scale);
  canvas.height = Math.round(paper.heightMm * scale);
  canvas.style.width = `${paper.widthMm * pixelsAMm}px`;
  canvas.style.height = `${paper.heightMm * pixelsAMm}px`;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name).trim();

  context.fillStyle = colour("--ecg-paper");
  context.fillRect(0, 0, paper.widthMm, paper.heightMm);
  drawGrid(context, paper, { stepMm: 1, widthMm: 0.12, colour: colour("--ecg-fine") });
  drawGrid(context, paper, { stepMm: 5, widthMm: 0.2, colour: colour("--ecg-strong") });
  context.strokeStyle = context.fillStyle = colour("--ecg-ink");
  for (const row of rowsOf(group).rows) drawRow(context, row, group.samplesPerSecond, paper);
}

/** One lead below the other, each as high as it needs. */
function rowsOf({ channels }: WaveGroup): { rows: Row[]; heightMm: number } {
  let top = MARGIN_MM;
  const rows = channels.map(({ name, values, unit }) => {
    const { lowest, highest } = reachOf(values);
    // What is no voltage is fitted into a row.
    const gain = unit === "mV" ? GAIN_MM_PER_MV : LEAST_ROW_MM / Math.max(1e-9, highest - lowest);
    const above = Math.min(MOST_ROW_MM / 2, Math.max(LEAST_ROW_MM / 2, highest * gain + 2));
    const below = Math.min(MOST_ROW_MM / 2, Math.max(LEAST_ROW_MM / 2, -lowest * gain + 2));
    const row = { name, values: values.map((value) => value * gain), middleMm: top + above };
    top += above + below;
    return row;
  });
  return { rows, heightMm: Math.ceil((top + MARGIN_MM) / 5) * 5 };
}

function reachOf(values: Float32Array): { lowest: number; highest: number } {
  let [lowest, highest] = [0, 0];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return { lowest, highest };
}

function drawGrid(
  context: CanvasRenderingContext2D,
  { widthMm, heightMm }: Paper,
  line: { readonly stepMm: number; readonly widthMm: number; readonly colour: string },
): void {
  context.beginPath();
  for (let x = 0; x <= widthMm; x += line.stepMm) {
    context.moveTo(x, 0);
    context.lineTo(x, heightMm);
  }
  for (let y = 0; y <= heightMm; y += line.stepMm) {
    context.moveTo(0, y);
    context.lineTo(widthMm, y);
  }
  context.lineWidth = line.widthMm;
  context.strokeStyle = line.colour;
  context.stroke();
}

function drawRow(
  context: CanvasRenderingContext2D,
  { name, values, middleMm }: Row,
  samplesPerSecond: number,
  { widthMm }: Paper,
): void {
  const left = 2 * MARGIN_MM;
  context.font = "600 3.2px system-ui, sans-serif";
  context.fillText(name, 1.5, middleMm - 1.5, left * 2);
  context.beginPath();
  for (let index = 0; index < values.length; index++) {
    const x = left + (index / samplesPerSecond) * SPEED_MM_PER_SECOND;
    if (x > widthMm) break;
    const reach = Math.max(-MOST_ROW_MM / 2, Math.min(MOST_ROW_MM / 2, values[index]!));
    if (index === 0) context.moveTo(x, middleMm - reach);
    else context.lineTo(x, middleMm - reach);
  }
  context.lineWidth = 0.3;
  context.lineJoin = "round";
  context.stroke();
}
