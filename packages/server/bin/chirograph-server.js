#!/usr/bin/env node
// Plain JavaScript that Node 18 can read.
import { launch } from "@chirograph/launcher";

await launch({ name: "chirograph-server", main: new URL("../src/main.ts", import.meta.url) });
