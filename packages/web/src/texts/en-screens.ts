import { count, formatNumber, listed } from "../parts/quantity.ts";

/** All that the three screens say: adding a record, its way into the stores, and the record itself. */
export const screens = {
  charts: "Charts",

  add: {
    title: "Add records",
    intro:
      "Choose what belongs in this chart. It is sealed and cut in this browser; only fragments leave it.",
    loading: "Opening the chart…",
    dropHere: "Drop files or a folder here",
    release: "Let go to add them",
    dropHint: "A scan, a whole DICOM study, a report, a video, anything. Nothing is sent yet.",
    chooseFiles: "Choose files",
    chooseFolder: "Choose a folder",
    tooMany: (most: number): string => `Only the first ${formatNumber(most)} files were taken.`,
    nothingFound: "There was no file in it.",
    listLabel: "What becomes a record",
    nameOf: (position: number): string => `Name of record ${position}`,
    filesAsOne: (files: number): string => `${count(files, "file")} as one record`,
    split: "One record each",
    splitNamed: (name: string): string => `One record each: ${name}`,
    removeNamed: (name: string): string => `Remove ${name} from the list`,
    send: (records: number): string => (records === 1 ? "Seal and send" : `Seal and send ${records} records`),
    word: {
      title: (length: number): string =>
        `The word of this chart has ${length} characters, so each record is cut into ${length} fragments.`,
      text: "Each fragment is marked with its own place in the word and the next one’s. Whoever lacks the word sees random numbers.",
    },
  },

  picture: {
    making: "Making the picture…",
    gone: "The file is not in this page any more, so there is no picture of it to show. Open the record to see it.",
    empty: "This record holds no file, so there is nothing to draw.",
    before: (name: string): string => `Picture of ${name} before it is sealed`,
    page: (name: string): string => `First bytes of ${name} before it is sealed`,
    after: "The sealed bytes of the record, drawn as a picture: noise without any pattern",
    beforeTitle: "Before",
    afterTitle: "After layer 1",
    oneOf: (name: string, position: number, files: number): string =>
      `${name} · ${position} of ${files} files`,
    nothingSealed: "Nothing is sealed yet",
    sealedBefore:
      "Sealed before this page was loaded. Its sealed bytes can be seen in the record, once it is stored.",
    drawn: (drawn: number, bytesEach: 1 | 3, fragmentBytes: number | undefined): string => {
      const cell = bytesEach === 1 ? "each byte one grey cell" : "three bytes one coloured cell";
      const all =
        fragmentBytes === undefined ? "" : ` of the ${formatNumber(fragmentBytes)} bytes in all fragments`;
      return `The first ${formatNumber(drawn)} sealed bytes${all}, ${cell}. These are the bytes that go to the stores.`;
    },
  },

  marks: {
    viewLegend: "Whose eyes to look with",
    holder: "With the word",
    stranger: "As a stranger",
    holderExplained:
      "Whoever knows the word reads each fragment’s own place and the next one’s from its two marks. Across every cut stands one character, half on either side.",
    strangerExplained:
      "A store sees a random name and 32 bytes of marks that match nothing: not each other, not those of any other record. There is no order to see. What protects the record are its keys; the order only hides with them.",
    holderCaption: "Fragments in the order of the word",
    strangerCaption: "Fragments as a stranger sees them, by their random names",
    fragment: (number: number): string => `Fragment ${number}`,
    unknown: "Not of this record",
    leadsTo: "leads to",
    showWhole: "Show all of it",
    shorten: "Shorten",
    columns: {
      fragment: "Fragment",
      reading: "Own → next",
      head: "Mark of its own place",
      tail: "Mark of the next",
      name: "Random name",
      front: "First 16 bytes",
      back: "Last 16 bytes",
      id: "Random name",
      root: "Root",
      store: "Store",
      size: "Size",
    },
  },

  letters: {
    ask: "Show the word’s letters",
    hide: "Hide the letters",
    label: "The word of this chart",
    hint: (total: number): string =>
      `Its ${total} characters replace the numbers on this page. They are not sent, checked or kept, and go when you hide them or leave.`,
    wrongLength: (total: number): string =>
      `The word of this chart has ${total} characters; this one has not.`,
    show: "Show",
    cancel: "Cancel",
  },

  way: {
    overall: "The whole way",
    stepStates: {
      ahead: "to come",
      now: "now",
      held: "on hold",
      done: "done",
      failed: "ended here",
    },
    before: { title: "Before", text: "The record as you know it. It stays in this browser." },
    sealed: {
      title: "Layer 1: sealed",
      text: "AES-128 turns every byte into noise, under a key made of three secrets in three places.",
      progress: "Sealed",
    },
    cut: {
      title: (total: number): string =>
        total === 0
          ? "Layer 2: cut through the word"
          : `Layer 2: cut through the word, into ${total} fragments`,
      text: "The noise is dealt out over the fragments, and the strip is cut through the word as a chirograph was.",
    },
    sent: {
      title: "To the stores",
      text: "Each fragment goes to a store of its own. No store learns which fragments belong together.",
    },
  },

  sending: {
    ofAll: (done: string, all: string): string => `${done} of ${all}`,
    speed: (size: string): string => `${size} a second`,
    left: (duration: string): string => `${duration} left`,
    fragmentTo: (number: number): string => `Fragment ${number} to `,
    progressOf: (number: number, store: string): string => `Fragment ${number} to ${store}`,
    states: { waiting: "waits", sending: "on its way", stored: "stored", failed: "not taken" },
  },

  transfer: {
    listLabel: "Records on their way",
    title: "On their way",
    none: "Nothing is on its way.",
    unnamed: "A record from before",
    progressOf: (name: string): string => `How far ${name} is`,
    actionOf: (action: string, name: string): string => `${action}: ${name}`,
    announce: (name: string, state: string): string => `${name}: ${state}.`,
    states: {
      waiting: "waits its turn",
      sealing: "being sealed",
      sending: "on its way",
      offline: "waits for the server",
      paused: "paused",
      committing: "being signed",
      done: "stored",
      cancelled: "cancelled",
      failed: "failed",
      "needs-chart": "needs the chart",
      "needs-source": "needs the file",
    },
    actions: {
      open: "Open the record",
      openShort: "Open",
      pause: "Pause",
      resume: "Go on",
      again: "Try again",
      cancel: "Cancel",
      forget: "Take off the list",
    },
  },

  whatToDo: {
    needsChart: {
      title: "This chart must be opened again",
      text: "The page was reloaded, and no key outlives that. The sealed bytes are kept here: as soon as the chart is open again, the rest is sent.",
      action: "Open the chart",
    },
    needsSource: {
      title: "The file must be chosen again",
      text: "Its sealed bytes were not kept, or are too old to go on with. Nothing is lost: choose the same file or folder, and it is sealed again under fresh secrets. What reached the stores before is swept away.",
    },
    offline: {
      title: "The server does not answer",
      text: "What has arrived is safe. It is tried again by itself, and goes on where it was.",
    },
    paused: {
      title: "Paused",
      text: "What has arrived stays. Go on whenever you like; the sealed bytes are kept in this browser.",
    },
    missing: {
      title: (stores: readonly string[]): string =>
        `Stored, but not yet whole: ${listed(stores)} did not take its part`,
      text: "The record is safe and opens: enough fragments are durable. Until repair has put the missing ones back, fewer stores may be lost.",
      action: "Go to the stores",
    },
  },

  record: {
    tabTitle: "Record",
    loading: "Looking for the record…",
    unnamed: "Record without a name",
    unknown: {
      title: "There is no such record in this chart",
      text: "It may have been erased, or the address is not complete.",
      action: "Back to the chart",
    },
    tabsLabel: "The record",
    tabs: { view: "View", beforeAfter: "Before and after", fragments: "Fragments", history: "History" },
    version: "Version",
    versionNumber: (number: number, isNewest: boolean): string => `${number}${isNewest ? " (newest)" : ""}`,
    facts: {
      kind: "Kind",
      time: "Date",
      size: "Size",
      author: "Signed by",
      versions: "Versions",
      cut: "Cut",
    },
    unknownAuthor: "somebody who is not a member any more",
    cutInto: (needed: number, total: number): string => `any ${needed} of ${total} fragments open it`,
    filesOf: (files: number): string => count(files, "file"),
    opening: "Fetching fragments, merging and opening…",
    arrived: (come: number, needed: number, total: number): string =>
      come < needed
        ? `${come} of the ${needed} fragments that are needed have come (${total} in all)`
        : `The fastest ${needed} of ${total} fragments have come: that is enough`,
    arrivalsLabel: "Fragments on their way here",
    arrivalStates: { idle: "not needed yet", asked: "asked for", arrived: "here", missing: "missing" },
    fetched: "How it came here",
    damaged: {
      title: (stores: readonly string[]): string =>
        `Opened, although ${listed(stores)} did not give a whole fragment`,
      text: "Every byte that you see was checked. Repair makes the missing fragments again from the others, byte for byte.",
      action: "Repair on the Stores page",
    },
    erased: {
      title: "This record was erased",
      text: "Its fragments are deleted from the stores, and its keys are of no use any more.",
    },
    beforeAfterText:
      "First what you see, then what the stores hold: the record’s own sealed bytes, read back from them just now.",
    readingBack: "Reading the sealed bytes back from the stores…",
    loadingFragments: "Reading the envelope…",
    nowhere: "nowhere",
    mayBeLost: (needed: number, total: number): string =>
      needed === total
        ? `All ${total} fragments are needed: none may be lost.`
        : `Any ${needed} of the ${total} fragments are enough. ${count(total - needed, "fragment")} may be lost, and repair makes them again.`,
    details: "Details",
  },

  history: {
    version: (number: number): string => `Version ${number}`,
    shown: "shown",
    erased: "erased",
    erasedText: "Its fragments and its envelope are deleted; the tombstone stays.",
    cut: (needed: number, total: number): string => `Cut into ${total} fragments; any ${needed} open it.`,
    open: "Open",
    openNamed: (number: number): string => `Open version ${number}`,
    erase: "Erase",
    eraseNamed: (number: number): string => `Erase version ${number}`,
    confirmTitle: (number: number): string => `Erase version ${number}?`,
    confirmText:
      "A signed tombstone is written first; then every store is told to delete its fragment. This cannot be undone.",
    confirmLimit: "Whoever has opened this version already may have kept it. Erasing does not reach them.",
    confirm: "Erase this version",
    keep: "Keep it",
  },
} as const;
