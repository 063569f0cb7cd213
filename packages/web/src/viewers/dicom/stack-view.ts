import { core, renderingEngine, tools } from "./cornerstone.ts";
import type { Types as ToolTypes } from "@cornerstonejs/tools";

const toolNames = ["WindowLevel", "Pan", "Zoom", "Length"] as const;
export type ToolName = (typeof toolNames)[number];

type Binding = NonNullable<ToolTypes.SetToolBindingsType["bindings"]>[number];

export interface Window {
  readonly level: number;
  readonly width: number;
}

let lastId = 0;

/** A stack of pictures in an element: what Cornerstone does for the viewer, and nothing else. */
export class StackView {
  readonly #engine: core.RenderingEngine;
  readonly #viewport: core.StackViewport;
  readonly #group: ReturnType<typeof tools.ToolGroupManager.createToolGroup>;
  readonly #element: HTMLDivElement;
  readonly #resizing: ResizeObserver;
  #ids: readonly string[] = [];
  #turn = 0;
  /** Zoom at which the picture fills its frame: 1, but where the processor draws. */
  #fitZoom = 1;

  constructor(element: HTMLDivElement, onWindow: (window: Window) => void) {
    lastId += 1;
    const viewportId = `viewport-${lastId}`;
    this.#element = element;
    this.#engine = renderingEngine();
    this.#engine.enableElement({
      viewportId,
      type: core.Enums.ViewportType.STACK,
      element,
      defaultOptions: { background: [0, 0, 0] },
    });
    this.#viewport = this.#engine.getViewport(viewportId) as core.StackViewport;
    this.#group = tools.ToolGroupManager.createToolGroup(`tools-${lastId}`);
    for (const name of toolNames) this.#group?.addTool(name);
    this.#group?.addViewport(viewportId, this.#engine.id);
    element.addEventListener(core.Enums.Events.VOI_MODIFIED, () => {
      const window = this.window();
      if (window !== undefined) onWindow(window);
    });
    this.#resizing = new ResizeObserver(() => {
      const isHidden = element.clientWidth === 0 || element.clientHeight === 0;
      if (this.#ids.length > 0 && !isHidden) this.#resize();
    });
    this.#resizing.observe(element);
  }

  /**
   * Shows a picture of a stack. Resolves when it is drawn, with `false` when something else was asked for meanwhile;
   * rejects when it cannot be decoded.
   */
  async show(ids: readonly string[], index: number): Promise<boolean> {
    this.#turn += 1;
    const turn = this.#turn;
    await decode(ids[index]!);
    if (turn !== this.#turn) return false;
    if (ids === this.#ids) await this.#viewport.setImageIdIndex(index);
    else await this.#viewport.setStack([...ids], index);
    if (this.#ids.length === 0) this.#fitZoom = this.#viewport.getZoom();
    this.#ids = ids;
    this.#viewport.render();
    return turn === this.#turn;
  }

  /** The left button and one finger; the other buttons and two fingers always move and zoom. */
  useTool(name: ToolName): void {
    const { Primary, Auxiliary, Secondary } = tools.Enums.MouseBindings;
    const always: Readonly<Record<ToolName, readonly Binding[]>> = {
      WindowLevel: [],
      Pan: [{ mouseButton: Auxiliary }],
      Zoom: [{ mouseButton: Secondary }, { numTouchPoints: 2 }],
      Length: [],
    };
    for (const each of toolNames) {
      const chosen: readonly Binding[] = each === name ? [{ mouseButton: Primary }] : [];
      const bindings = [...always[each], ...chosen];
      this.#group?.setToolPassive(each, { removeAllBindings: true });
      if (bindings.length > 0) this.#group?.setToolActive(each, { bindings });
    }
  }

  window(): Window | undefined {
    const range = this.#viewport.getProperties().voiRange;
    if (range === undefined) return undefined;
    const { windowCenter, windowWidth } = core.utilities.windowLevel.toWindowLevel(range.lower, range.upper);
    return { level: windowCenter, width: windowWidth };
  }

  /** `undefined`: as the file wants it. */
  setWindow(window: Window | undefined): void {
    if (window !== undefined) {
      const voiRange = core.utilities.windowLevel.toLowHighRange(window.width, window.level);
      this.#viewport.setProperties({ voiRange });
    } else {
      const { isInverted } = this;
      this.#viewport.resetProperties();
      if (isInverted !== this.isInverted) this.#viewport.setProperties({ invert: isInverted });
    }
    this.#viewport.render();
  }

  get isInverted(): boolean {
    return this.#viewport.getProperties().invert ?? false;
  }

  invert(): void {
    this.#viewport.setProperties({ invert: !this.isInverted });
    this.#viewport.render();
  }

  zoomBy(factor: number): void {
    const zoom = Math.min(40, Math.max(0.1, this.#viewport.getZoom() * factor));
    this.#viewport.setZoom(zoom);
    this.#viewport.render();
  }

  moveBy(right: number, down: number): void {
    const [x, y] = this.#viewport.getPan();
    this.#viewport.setPan([x + right, y + down]);
    this.#viewport.render();
  }

  /** A picture that nobody has zoomed or moved goes on filling its frame. */
  #resize(): void {
    const isZoomed = Math.abs(this.#viewport.getZoom() / this.#fitZoom - 1) > 0.001;
    const isMoved = this.#viewport.getPan().some((distance) => Math.abs(distance) > 1);
    this.#engine.resize(true, isZoomed || isMoved);
    if (!isZoomed && !isMoved) this.#fitZoom = this.#viewport.getZoom();
  }

  reset(): void {
    this.#viewport.resetProperties();
    this.#viewport.resetCamera();
    this.#fitZoom = this.#viewport.getZoom();
    tools.annotation.state.removeAllAnnotations();
    this.#viewport.render();
  }

  close(): void {
    this.#turn += 1;
    this.#resizing.disconnect();
    tools.annotation.state.removeAllAnnotations();
    if (this.#group !== undefined) tools.ToolGroupManager.destroyToolGroup(this.#group.id);
    this.#engine.disableElement(this.#viewport.id);
    this.#element.replaceChildren();
    for (const id of this.#ids) {
      if (core.cache.getImageLoadObject(id) !== undefined) core.cache.removeImageLoadObject(id);
    }
  }
}

/** Cornerstone's own way to do this leaves a rejection behind that nobody can catch. */
async function decode(id: string): Promise<void> {
  const kept = core.cache.getImageLoadObject(id);
  const promise = kept?.promise ?? core.imageLoader.loadImage(id);
  if (kept === undefined) core.cache.putImageLoadObject(id, { promise }).catch(() => undefined);
  await promise;
}

/** Decodes what will be wanted next, from near to far, while `signal` is not aborted and the cache has room. */
export async function prefetch(ids: readonly string[], from: number, signal: AbortSignal): Promise<void> {
  const order = [...ids.keys()].toSorted((one, other) => Math.abs(one - from) - Math.abs(other - from));
  const waiting = order.values();
  const work = async (): Promise<void> => {
    for (const index of waiting) {
      if (signal.aborted || core.cache.getBytesAvailable() < core.cache.getMaxCacheSize() / 4) return;
      // One that cannot be decoded says so when somebody comes to it.
      await decode(ids[index]!).catch(() => undefined);
    }
  };
  await Promise.all([work(), work()]);
}
