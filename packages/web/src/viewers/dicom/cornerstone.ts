// Cornerstone, started once: rendering, decoding and tools. Pictures reach it through `pictures.ts` alone.
import * as core from "@cornerstonejs/core";
import * as loader from "@cornerstonejs/dicom-image-loader";
import * as tools from "@cornerstonejs/tools";
import { loadPicture, moduleOf, SCHEME } from "./pictures.ts";

export { core, tools };

const DECODERS = 2;
/** Decoded pictures that are kept; those not used for longest go first. */
const CACHE_BYTES = 384 * 1024 * 1024;

let started = false;
let engine: core.RenderingEngine | undefined;

/** One for all stacks, one after the other: what draws is made once. */
export function renderingEngine(): core.RenderingEngine {
  startCornerstone();
  engine ??= new core.RenderingEngine("chirograph");
  return engine;
}

export function startCornerstone(): void {
  if (started) return;
  started = true;
  // One stack is shown at a time, and browsers give out few contexts.
  const { rendering, ...others } = core.getConfiguration();
  core.init({ ...others, rendering: { ...rendering, webGlContextCount: 1 } });
  core.cache.setMaxCacheSize(CACHE_BYTES);
  loader.init({ maxWebWorkers: DECODERS });
  tools.init();
  for (const tool of [tools.WindowLevelTool, tools.PanTool, tools.ZoomTool, tools.LengthTool]) {
    tools.addTool(tool);
  }
  core.metaData.addProvider(moduleOf, 10_000);
  core.imageLoader.registerImageLoader(SCHEME, loadPicture);
}
