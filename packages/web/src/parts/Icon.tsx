import type { ReactElement } from "react";

/** Drawn on 24 × 24, stroked in the colour of the text around. */
const paths = {
  add: "M12 5v14M5 12h14",
  alert:
    "M12 8v5M12 16.5v.01M10.3 4 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z",
  arrows: "M8 20V5M4 9l4-4 4 4M16 4v15M12 15l4 4 4-4",
  back: "M15 5l-7 7 7 7",
  chart: "M8 3h8v3H8zM8 4.5H5.5v16h13v-16H16M8.5 11h7M8.5 15h4.5",
  check: "M5 12.5 10 17.5 19.5 7",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  cross: "M7 7l10 10M17 7 7 17",
  dash: "M7 12h10",
  dice: "M4 4h16v16H4zM8.5 8.5v.01M15.5 8.5v.01M12 12v.01M8.5 15.5v.01M15.5 15.5v.01",
  download: "M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z",
  "eye-off":
    "M4 4l16 16M9.9 5.7A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.7 3.4M6.3 7.4A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.2-1",
  file: "M13.5 3H6v18h12V7.5zM13.5 3v4.5H18",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9v.01",
  info: "M12 11v5.5M12 7.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  key: "M14.5 13.5a5 5 0 1 0-4-4L3 17v4h4v-2.5h2.5V16H12zM16 8v.01",
  layers: "M12 3.5 3 8.5l9 5 9-5zM3.5 12.5l8.5 4.7 8.5-4.7M3.5 16.5l8.5 4.7 8.5-4.7",
  lock: "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  "lock-open": "M6 11h12v9.5H6zM8.5 11V7.5a3.5 3.5 0 0 1 6.8-1",
  offline:
    "M4 4l16 16M8.5 12.7a6 6 0 0 1 2.4-1.5M5.5 9.6A10 10 0 0 1 8 7.9M12 5.9a11 11 0 0 1 7 3.2M15.6 12.8l-.4-.4M12 18v.01",
  pause: "M8.5 6v12M15.5 6v12",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  play: "M8 5.5v13l10.5-6.5z",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20.5 20.5",
  settings:
    "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  stop: "M7 7h10v10H7z",
  stores: "M4 4.5h16v6H4zM4 13.5h16v6H4zM7.5 7.5v.01M7.5 16.5v.01",
  trash: "M4.5 6.5h15M9 6.5V4h6v2.5M6.5 6.5l1 14h9l1-14M10 10.5v6M14 10.5v6",
  upload: "M12 16V5M7.5 9 12 4.5 16.5 9M5 20h14",
  video: "M3.5 6h12v12h-12zM15.5 10.5 20.5 7.5v9l-5-3",
} as const;

export type IconName = keyof typeof paths;

/** Says nothing by itself: text stands beside it, or names the button that it is in. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
