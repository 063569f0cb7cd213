import type { SealedStripes, SealStripesRequest } from "../engine.ts";
import { workAhead } from "./ahead.ts";
import { type Run, StripeLayout } from "./layout.ts";
import { PlainReader } from "./plain-reader.ts";
import type { StripeRunner } from "./runner.ts";
import { leavesOf, slotBytes, type SlotMap, slotMap } from "./slot.ts";

/** See `Engine.sealStripes`: while one run is given out, the next ones are being worked on. */
export async function* sealStripes(
  runner: StripeRunner,
  request: SealStripesRequest,
  runBytes?: number,
): AsyncGenerator<SealedStripes, void, void> {
  const { data, parity, ...message } = request;
  const { shape, chunkBytes } = message;
  const areas = shape.needed + parity.length;
  const layout = new StripeLayout(message, areas, runBytes);
  const plain = new PlainReader(data, layout, chunkBytes);
  const mapOf = (run: Run): SlotMap => slotMap(layout, run, chunkBytes, areas);
  const runs = workAhead(
    runner,
    slotBytes(layout, shape.stripes, chunkBytes, areas),
    layout.runs(0, shape.stripes),
    async (run, slot) => {
      await plain.fill(run, slot.bytes.subarray(mapOf(run).plainAt));
      return { result: runner.seal({ message, parity, run }, slot) };
    },
  );
  try {
    for await (const { run, slot } of runs) yield sealedStripes(layout, run, mapOf(run), slot.bytes);
    await plain.end();
  } finally {
    await plain.close();
  }
}

function sealedStripes(layout: StripeLayout, run: Run, map: SlotMap, bytes: Uint8Array): SealedStripes {
  const areaBytes = layout.areaBytes(run);
  return {
    firstStripe: run.firstStripe,
    endStripe: run.endStripe,
    fragments: map.areasAt.map((area) => bytes.subarray(area, area + areaBytes)),
    leaves: map.areasAt.map((_, area) => leavesOf(map, run, area, bytes)),
  };
}
