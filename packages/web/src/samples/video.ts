import { BufferTarget, canEncodeVideo, CanvasSource, Output, Quality, WebMOutputFormat } from "mediabunny";

const SIZE = { width: 320, height: 240 };
const SECONDS = 4;
const FRAMES_A_SECOND = 25;
const BEATS_A_SECOND = 1.25;
const SECTOR = { x: 160, y: 14, radius: 212, from: 0.24 * Math.PI, to: 0.76 * Math.PI };

/** A heart as ultrasound might show it, four seconds of WebM; `undefined` where this browser encodes no films. */
export async function encodeBeatingHeart(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const codec = (await canEncode("vp9")) ? "vp9" : (await canEncode("vp8")) ? "vp8" : undefined;
  if (codec === undefined) return undefined;
  const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  // A key frame twice a second, so that a player can jump.
  const source = new CanvasSource(canvas, { codec, quality: new Quality(0.5), keyFrameInterval: 0.5 });
  output.addVideoTrack(source, { frameRate: FRAMES_A_SECOND });
  await output.start();
  const noise = speckle();
  for (let frame = 0; frame < SECONDS * FRAMES_A_SECOND; frame++) {
    const time = frame / FRAMES_A_SECOND;
    drawFrame(context, time, noise);
    await source.add(time, 1 / FRAMES_A_SECOND);
  }
  await output.finalize();
  return target.buffer === null ? undefined : new Uint8Array(target.buffer);
}

async function canEncode(codec: "vp8" | "vp9"): Promise<boolean> {
  return "VideoEncoder" in globalThis && canEncodeVideo(codec, SIZE);
}

function drawFrame(context: OffscreenCanvasRenderingContext2D, time: number, noise: OffscreenCanvas): void {
  context.fillStyle = "#000";
  context.fillRect(0, 0, SIZE.width, SIZE.height);
  context.save();
  clipToSector(context);
  drawTissue(context, noise, time);
  drawHeart(context, squeezeAt(time));
  context.restore();
  drawTrace(context, time);
}

/** 0 relaxed, 1 contracted: quick to close, slower to open. */
function squeezeAt(time: number): number {
  const phase = (time * BEATS_A_SECOND) % 1;
  return phase < 0.3
    ? Math.sin((phase / 0.3) * (Math.PI / 2))
    : Math.max(0, Math.cos(((phase - 0.3) / 0.5) * (Math.PI / 2)));
}

function clipToSector(context: OffscreenCanvasRenderingContext2D): void {
  context.beginPath();
  context.moveTo(SECTOR.x, SECTOR.y);
  context.arc(SECTOR.x, SECTOR.y, SECTOR.radius, SECTOR.from, SECTOR.to);
  context.closePath();
  context.clip();
}

function drawTissue(context: OffscreenCanvasRenderingContext2D, noise: OffscreenCanvas, time: number): void {
  const depth = context.createRadialGradient(SECTOR.x, SECTOR.y, 4, SECTOR.x, SECTOR.y, SECTOR.radius);
  depth.addColorStop(0, "#8c8c8c");
  depth.addColorStop(0.5, "#4a4a4a");
  depth.addColorStop(1, "#1c1c1c");
  context.fillStyle = depth;
  context.fillRect(0, 0, SIZE.width, SIZE.height);
  context.globalAlpha = 0.45;
  context.globalCompositeOperation = "overlay";
  const shift = Math.round(6 * Math.sin(time * 7));
  context.drawImage(noise, shift - 8, -8 - shift);
  context.globalCompositeOperation = "source-over";
  context.globalAlpha = 1;
}

/** Two chambers with bright walls, and a valve between them. */
function drawHeart(context: OffscreenCanvasRenderingContext2D, squeeze: number): void {
  drawChamber(context, { x: 150, y: 98, across: 34 - 11 * squeeze, along: 52 - 8 * squeeze, turn: 0.12 });
  drawChamber(context, { x: 172, y: 182, across: 30 + 6 * squeeze, along: 27 + 5 * squeeze, turn: 0 });
  const opening = 10 * (1 - squeeze);
  context.strokeStyle = "#e2e2e2";
  context.lineWidth = 2.5;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(161 + side * 21, 150);
    context.quadraticCurveTo(
      161 + side * 14,
      146 - opening,
      161 + side * (1 + opening * 0.8),
      148 - opening * 1.6,
    );
    context.stroke();
  }
}

interface Chamber {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly along: number;
  readonly turn: number;
}

function drawChamber(
  context: OffscreenCanvasRenderingContext2D,
  { x, y, across, along, turn }: Chamber,
): void {
  context.beginPath();
  context.ellipse(x, y, across, along, turn, 0, 2 * Math.PI);
  context.fillStyle = "rgb(6 6 6 / 88%)";
  context.fill();
  context.lineWidth = 6;
  context.strokeStyle = "rgb(196 196 196 / 55%)";
  context.stroke();
}

/** The electrocardiogram that runs along below. */
function drawTrace(context: OffscreenCanvasRenderingContext2D, now: number): void {
  context.beginPath();
  for (let x = 0; x < SIZE.width; x++) {
    const time = Math.floor(now / 2) * 2 + (x / SIZE.width) * 2;
    if (time > now) break;
    const phase = (time * BEATS_A_SECOND) % 1;
    const height =
      14 * Math.exp(-(((phase - 0.05) / 0.018) ** 2)) + 4 * Math.exp(-(((phase - 0.4) / 0.06) ** 2));
    if (x === 0) context.moveTo(x, 232 - height);
    else context.lineTo(x, 232 - height);
  }
  context.lineWidth = 1.2;
  context.strokeStyle = "#62d0a2";
  context.stroke();
}

/** The grain of ultrasound, drawn once. */
function speckle(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(SIZE.width + 16, SIZE.height + 16);
  const context = canvas.getContext("2d")!;
  const picture = context.createImageData(canvas.width, canvas.height);
  const bytes = crypto.getRandomValues(new Uint8Array(32_768));
  for (let pixel = 0; pixel < canvas.width * canvas.height; pixel++) {
    const grey = bytes[(pixel * 7 + (pixel >> 9) * 13) % bytes.length]!;
    picture.data.set([grey, grey, grey, 255], pixel * 4);
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}
