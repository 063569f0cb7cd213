// The floors: rooms on one floor never import each other, and imports run downward only.
const floors = [
  ["cli", "server", "web"],
  ["wire", "embedded", "clinical"],
  ["catalogue"],
  ["vault"],
  ["core", "stores", "schemes"],
  ["engine", "launcher"],
];

const roomsOf = (/** @type {string[][]} */ list) => `^packages/(${list.flat().join("|")})/`;
const platformFree =
  "^packages/((core|vault|wire|clinical|web)/src/|stores/src/((memory|packed|around)/|[^/]+$)|engine/src/(browser/|[^/]+$)|schemes/src/(paillier/(?!node/)|[^/]+$))";
const sources = "^packages/[^/]+/(src|bin)/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...floors.flatMap((floor, index) =>
      floor.map((room) => ({
        name: `floors: ${room} imports downward only`,
        severity: /** @type {const} */ ("error"),
        from: { path: roomsOf([[room]]) },
        to: { path: "^packages/", pathNot: roomsOf([[room], ...floors.slice(index + 1)]) },
      })),
    ),
    {
      name: "floors: a room has a floor",
      severity: "error",
      from: { path: "^packages/", pathNot: roomsOf(floors) },
      to: {},
    },
    {
      name: "doors: a room is entered by its package name",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      // An interface's suite stands beside it, and whoever implements it elsewhere runs the same one.
      to: {
        path: "^packages/",
        pathNot: "^packages/($1/|vault/test/rows-[a-z]+[.]ts$|stores/test/contract[.]ts$)",
        dependencyTypes: ["local"],
      },
    },
    {
      name: "platform: no Node where no platform is assumed",
      severity: "error",
      from: { path: platformFree },
      to: {
        path: "^packages/(engine/src/node|schemes/src/paillier/node|stores/src/(azblob|file|remote|s3|sftp|webdav))/",
      },
    },
    {
      name: "platform: no Node builtin where no platform is assumed",
      severity: "error",
      from: { path: platformFree },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "sources: no tests, no tools",
      severity: "error",
      from: { path: sources },
      to: { path: "^(test-support|tools|golden)/|^packages/[^/]+/test/" },
    },
    {
      name: "sources: only declared dependencies",
      severity: "error",
      from: { path: sources },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "decoder: shares no code with what it checks, but for the tests that compare them",
      severity: "error",
      from: { path: "^tools/decoder/", pathNot: "/(interop|forks)[.]node[.]test[.]ts$" },
      to: { path: "^packages/" },
    },
    { name: "everything resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    // Beside TypeScript 7 the default parser reads nothing, and finds no fault.
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^packages/web/dist/" },
    // Without "node", "@chirograph/engine" is the browser's: the half that may assume the least.
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "default"] },
  },
};
