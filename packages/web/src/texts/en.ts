import { count, formatNumber, listed } from "../parts/quantity.ts";

/** All that the shell of the application says. The screens and the viewers have their own files beside this one. */
export const en = {
  name: "Chirograph",

  parts: {
    close: "Close",
    copy: "Copy",
    copied: "Copied",
    breadcrumb: "Breadcrumb",
    loading: "Loading…",
    cancel: "Cancel",
    details: "Details",
    /** In the place of what is not known. */
    unknown: "–",
    tryAgain: "Try again",
    show: "Show",
    hide: "Hide",
  },

  shell: {
    skip: "Skip to the content",
    navigation: "Main",
    charts: "Charts",
    stores: "Stores",
    settings: "Settings",
    lock: "Lock",
    lockHint: "Lock: forget every secret and close all charts",
    locksSoon: (seconds: number): string =>
      `Locks within ${count(seconds, "second")}. Move the pointer or press a key to stay.`,
  },

  broken: {
    title: "This page stopped",
    text: "Something in it went wrong that should not. What is stored is safe, and the other pages work.",
    reload: "Load the page again",
  },

  notFound: {
    title: "There is no such page",
    text: "The address may be mistyped, or what it led to has moved.",
    toCharts: "To the charts",
  },

  session: {
    none: {
      title: "Open the server’s own address",
      text: "This browser has no session with the server yet. The server prints an address that begins one; nothing else can.",
      steps: [
        "Look where the server was started: it printed an address that ends with #token= and a long row of characters.",
        "Open that address in this browser. It works in this tab too.",
        "The session lasts twelve hours, and ends nothing when it is over: just open the address again.",
      ],
    },
    refused: {
      title: "The server does not accept this address",
      text: "The token in it is not the server’s own. Nothing was changed.",
      steps: [
        "Look where the server was started, and copy the whole address, to its last character.",
        "If the server was set up anew since, it printed a new address.",
      ],
    },
    "too-many": {
      title: "Too many tries",
      text: "The server takes ten tries a minute to begin a session, so that nobody can guess.",
      steps: ["Wait a minute, then open the address again."],
    },
    offline: {
      title: "The server does not answer",
      text: "Everything in this browser is as it was, and what is stored is safe.",
      steps: ["See whether the server still runs, and start it if not.", "Then try again."],
    },
  },

  entrance: {
    motto: "Sealed here, cut under a word, trusted to nobody.",
  },

  welcome: {
    title: "Make your identity",
    intro: "Two private keys, made in this browser and kept in it. The server never gets them.",
    aboutTitle: "What an identity is",
    about: [
      "It says who may read a chart and who signed a record. Opening takes three things together: your identity, the chart’s word, and enough fragments.",
      "It is kept here, locked by your passphrase or by a passkey. Nobody can reset either: export the identity file and keep it somewhere safe.",
    ],
    name: "Your name",
    nameHint: "Seen in this browser only.",
    nameMissing: "Give it a name.",
    lockedBy: "Locked by",
    byPassphrase: "A passphrase",
    byPasskey: "A passkey",
    passkeyAbout:
      "Your device asks for your fingerprint, face or PIN, and gives this page a secret that unlocks the identity.",
    noPasskeys: {
      "no-webauthn": "This browser cannot use passkeys. Use a passphrase.",
      "no-name": "Passkeys need a name in the address. Open this page as localhost, or use a passphrase.",
    },
    make: "Make identity",
    makeWithPasskey: "Make identity with a passkey",
    haveOne: "I have an identity file",
    makeNew: "Make a new identity instead",
    importTitle: "Bring your identity",
    importIntro: "The identity file that another browser exported, or the command line made.",
    file: "Identity file",
    fileHint: "Its first line says that it is a Chirograph identity.",
    fileMissing: "Choose the file.",
    fileTooLarge: "This is too large for an identity file.",
    filePassphrase: "Passphrase of the file",
    filePassphraseHint: "Leave it empty where the file has none.",
    import: "Bring it in",
  },

  passphrase: {
    label: "Passphrase",
    hint: "Four or more words that do not belong together are strong and easy to keep in mind.",
    again: "Passphrase again",
    missing: "Type a passphrase.",
    tooShort: (least: number): string => `Use at least ${least} characters.`,
    differs: "The two are not the same.",
    strength: {
      short: (left: number): string => `${count(left, "more character")} needed`,
      fair: "Fair: longer is stronger",
      good: "Good length",
    },
  },

  unlock: {
    title: (name: string): string => `Welcome back, ${name}`,
    intro: "Your identity is locked. Unlock it to see your charts.",
    fingerprint: "Fingerprint",
    passphrase: "Passphrase",
    missing: "Type your passphrase.",
    unlock: "Unlock",
    withPasskey: "Unlock with a passkey",
    or: "or",
    other: "Use another identity",
    otherText:
      "This browser keeps one identity. Remove this one first; you can bring it back with its identity file.",
    remove: "Remove this identity…",
  },

  removal: {
    title: "Remove this identity?",
    text: "This browser forgets the identity, everything that it keeps for it, and unfinished transfers. Nothing on the stores changes.",
    warning:
      "Without its identity file nobody, not even whoever runs the server, can bring it back. Charts of which you are the only member are then lost.",
    confirm: "Remove the identity",
  },

  word: {
    label: "Word of the chart",
    newHint:
      "Whoever is told this word, and is a member, can open the chart. Its length is the number of fragments. It is never sent or kept.",
    openHint: "The sequence key that the chart was made under. It is never sent or kept.",
    show: "Show the word",
    hide: "Hide the word",
    generate: "Generate a word",
    generated: "A new word was made and is shown in the field. Write it down: nobody can look it up.",
    rules: "Rules of the word",
    rule: {
      "white-space": "No white space",
      repeated: "No character twice",
      length: (least: number): string => `At least ${least} characters`,
      "too-long": (most: number): string => `At most ${most} characters`,
      "not-printable": "No unprintable characters",
    },
    state: { kept: "kept", broken: "broken", open: "not yet" },
    at: (places: readonly number[]): string =>
      places.length === 1 ? `place ${places[0]}` : `places ${listed(places.map(String))}`,
    has: (length: number): string => `it has ${length}`,
    missing: "Type the word.",
    broken: (rules: readonly string[]): string => `Rule broken: ${rules.join("; ")}. Nothing was sent.`,
    allKept: "All rules are kept.",
    someBroken: (rules: readonly string[]): string => `Not kept: ${rules.join("; ")}.`,
    fragmentsAbout: (n: number): string => `${n} characters: each version is cut into ${n} fragments.`,
    strength: {
      weak: (bits: number): string => `Weak: about ${bits} bits. A member without the word could guess it.`,
      fair: (bits: number): string => `Fair: about ${bits} bits.`,
      strong: (bits: number): string => `Strong: about ${bits} bits.`,
    },
    judging: "Judging its strength…",
  },

  charts: {
    title: "Charts",
    intro: "One chart holds one patient’s records. A closed one shows nothing until you give its word.",
    new: "New chart",
    caption: "Charts of this vault",
    column: { chart: "Chart", records: "Records", state: "State", action: "Action" },
    firstOnes: (n: number): string =>
      `The first ${formatNumber(n)} charts are shown. Any others open by their address.`,
    closedName: (id: string): string => `Chart ${id.slice(0, 8)}`,
    open: "Open",
    closed: "Closed",
    notMember: "Not a member",
    notMemberHint: "Someone who manages it must add your recipient line.",
    show: "Show",
    openAction: "Open…",
    emptyTitle: "No chart yet",
    emptyText:
      "A chart holds one patient’s records. Give it a label and a word: you will need the word each time you open it.",
    newTitle: "New chart",
    label: "Label",
    labelHint:
      "The patient’s name or number, as you like to call it. It is seen only where the chart is open.",
    labelMissing: "Give the chart a label.",
    make: "Make chart",
    making: "Stretching the word and signing the chart…",
    openTitle: (name: string): string => `Open ${name}`,
    openIntro: "It is open in this browser until you close it, lock, or leave the page.",
    openSubmit: "Open chart",
    opening: "Stretching the word…",
    unknownTitle: "There is no such chart",
    unknownText: "This vault has no chart under this address, or this identity may not see it.",
  },

  chart: {
    tabTitle: "Chart",
    add: "Add records",
    close: "Close chart",
    refresh: "Look again",
    records: "Records",
    caption: "Records of this chart",
    column: {
      name: "Record",
      kind: "Kind",
      time: "Date",
      size: "Size",
      versions: "Versions",
      action: "Action",
    },
    unnamed: "Description cannot be opened",
    files: (n: number): string => count(n, "file"),
    cut: (needed: number, total: number): string => `${needed} of ${total} fragments open it`,
    erased: "Erased",
    eraseNamed: (name: string): string => `Erase ${name}`,
    find: "Find a record",
    kind: "Kind",
    allKinds: "All kinds",
    sort: "Order",
    sorts: { newest: "Newest first", oldest: "Oldest first", name: "By name", size: "Largest first" },
    showErased: "Show erased ones",
    shown: (n: number, of: number): string =>
      n === of ? count(of, "record") : `${formatNumber(n)} of ${count(of, "record")}`,
    nothingFound: "No record is like that.",
    emptyTitle: "No record yet",
    emptyText:
      "Add files or a DICOM study: they are sealed in this browser and cut into fragments, one for each character of the word.",
    emptyReadOnly: "Nobody has added a record to this chart yet.",
    members: "Members",
    me: "You",
    about: "About this chart",
    wordLength: "Length of its word",
    wordLengthText: (n: number): string => `${n} characters, so ${n} fragments a version`,
    id: "Chart id",
    kinds: {
      study: "DICOM study",
      folder: "Folder",
      other: "File",
      types: {
        "application/dicom": "DICOM",
        "application/json": "JSON",
        "application/pdf": "PDF",
        "image/jpeg": "JPEG picture",
        "image/png": "PNG picture",
        "text/csv": "Table (CSV)",
        "text/x-vcf": "Gene variants (VCF)",
        "video/mp4": "Video (MP4)",
        "video/quicktime": "Video (QuickTime)",
        "video/webm": "Video (WebM)",
      } as Readonly<Record<string, string>>,
    },
    families: { audio: "Sound", image: "Picture", text: "Text", video: "Video" } as Readonly<
      Record<string, string>
    >,
  },

  erasing: {
    title: (name: string): string => `Erase ${name}?`,
    text: "All its versions go, for everyone: a signed note is written first, then every store deletes its fragments.",
    warning:
      "This cannot be undone. Whoever opened it before may have kept a copy; a store that does not answer now deletes when it is back.",
    confirm: "Erase record",
  },

  samples: {
    loading: "Looking for sample patients…",
  },

  settings: {
    title: "Settings",
    identity: "Identity",
    name: "Name",
    fingerprint: "Fingerprint",
    fingerprintHint: "Read it aloud to compare: whoever shares with you should see the same.",
    recipient: "Recipient line",
    recipientHint: "Your public half. Give it to people who should share a chart with you; it opens nothing.",
    export: "Export identity file",
    exportHint: "Locked by your passphrase; the command line reads it too. Keep it somewhere safe.",
    exportNoPassphrase: "An identity file needs a passphrase. Add one first.",
    exportName: "chirograph-identity.txt",
    locks: "Ways to unlock",
    hasPassphrase: "Passphrase",
    passkeys: (n: number): string => count(n, "passkey"),
    noPasskey: "No passkey",
    addPasskey: "Add a passkey",
    addedPasskey: "The passkey was added. It unlocks this identity from now on.",
    addPassphrase: "Add a passphrase",
    addedPassphrase: "The passphrase was added.",
    remove: "Remove identity…",
    removeHint: "This browser forgets the identity and all it keeps for it.",
    locking: "Locking",
    autoLock: "Lock after so many minutes without touch",
    autoLockHint: (least: number, most: number): string =>
      `${least} to ${most}. Locking forgets every secret, closes all charts and pauses transfers.`,
    autoLockWrong: (least: number, most: number): string => `Give a whole number from ${least} to ${most}.`,
    appearance: "Appearance",
    theme: "Theme",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
  },

  transfers: {
    title: "Transfers",
    running: (n: number): string => `${count(n, "transfer")} under way`,
    waiting: (n: number): string => `${count(n, "transfer")} waiting for you`,
    failed: (n: number): string => `${count(n, "transfer")} failed`,
    done: (n: number): string => `${count(n, "transfer")} done`,
    offline: "The server does not answer; transfers go on by themselves",
    short: {
      running: (n: number, percent: number): string => `${formatNumber(n)} · ${percent} %`,
      waiting: (n: number): string => `${formatNumber(n)} waiting`,
      failed: (n: number): string => `${formatNumber(n)} failed`,
      done: (n: number): string => `${formatNumber(n)} done`,
    },
    clear: "Take those that are done off the list",
  },
} as const;
