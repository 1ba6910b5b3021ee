import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const icons = {
  board: (
    <Icon>
      <rect x="2" y="2.5" width="3.2" height="11" rx="1" />
      <rect x="6.4" y="2.5" width="3.2" height="7" rx="1" />
      <rect x="10.8" y="2.5" width="3.2" height="9" rx="1" />
    </Icon>
  ),
  runners: (
    <Icon>
      <rect x="2" y="2.5" width="12" height="4.6" rx="1.2" />
      <rect x="2" y="8.9" width="12" height="4.6" rx="1.2" />
      <path d="M4.5 4.8h.01M4.5 11.2h.01" />
    </Icon>
  ),
  logs: (
    <Icon>
      <path d="M2.5 3.5h11M2.5 6.5h7M2.5 9.5h9M2.5 12.5h5" />
    </Icon>
  ),
  pullRequest: (
    <Icon>
      <circle cx="4" cy="3.5" r="1.6" />
      <circle cx="4" cy="12.5" r="1.6" />
      <circle cx="12" cy="12.5" r="1.6" />
      <path d="M4 5.1v5.8M12 10.9V6.5a2 2 0 0 0-2-2H7.5M9 3 7.5 4.5 9 6" />
    </Icon>
  ),
  issue: (
    <Icon>
      <circle cx="8" cy="8" r="5.8" />
      <circle cx="8" cy="8" r="1.2" />
    </Icon>
  ),
  branch: (
    <Icon>
      <circle cx="4.5" cy="3.5" r="1.6" />
      <circle cx="4.5" cy="12.5" r="1.6" />
      <circle cx="11.5" cy="5" r="1.6" />
      <path d="M4.5 5.1v5.8M11.5 6.6c0 2.4-3 2.4-5 3" />
    </Icon>
  ),
  retry: (
    <Icon>
      <path d="M13.2 8a5.2 5.2 0 1 1-1.6-3.8L13.2 5.7M13.2 2.6v3.1h-3.1" />
    </Icon>
  ),
  stop: (
    <Icon>
      <rect x="3.5" y="3.5" width="9" height="9" rx="1.5" />
    </Icon>
  ),
  plus: (
    <Icon>
      <path d="M8 3v10M3 8h10" />
    </Icon>
  ),
  search: (
    <Icon>
      <circle cx="7" cy="7" r="4.4" />
      <path d="m10.4 10.4 3 3" />
    </Icon>
  ),
  copy: (
    <Icon>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />
    </Icon>
  ),
  check: (
    <Icon>
      <path d="m3 8.5 3.2 3.2L13 5" />
    </Icon>
  ),
  cross: (
    <Icon>
      <path d="m4 4 8 8M12 4l-8 8" />
    </Icon>
  ),
  question: (
    <Icon>
      <circle cx="8" cy="8" r="6" />
      <path d="M6.3 6.2a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.9.7-.9 1.3M8 11.4h.01" />
    </Icon>
  ),
  leave: (
    <Icon>
      <path d="M6.5 13.5h-3a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1h3M10 11l3-3-3-3M13 8H6" />
    </Icon>
  ),
  terminal: (
    <Icon>
      <rect x="1.8" y="2.8" width="12.4" height="10.4" rx="1.5" />
      <path d="m4.5 6 2 2-2 2M8.5 10.3h3" />
    </Icon>
  ),
  think: (
    <Icon>
      <path d="M8 2.2a4.1 4.1 0 0 0-2.4 7.4c.4.3.6.7.6 1.2v.4h3.6v-.4c0-.5.2-.9.6-1.2A4.1 4.1 0 0 0 8 2.2ZM6.4 13.6h3.2" />
    </Icon>
  ),
  back: (
    <Icon>
      <path d="m9.5 3.5-4.5 4.5 4.5 4.5" />
    </Icon>
  ),
  pause: (
    <Icon>
      <path d="M5.5 3.5v9M10.5 3.5v9" />
    </Icon>
  ),
  play: (
    <Icon>
      <path d="M5 3.2v9.6L12.5 8 5 3.2Z" />
    </Icon>
  ),
  insights: (
    <Icon>
      <path d="M2.5 13.5h11M4.5 11V7.5M8 11V3.5M11.5 11V6" />
    </Icon>
  ),
  settings: (
    <Icon>
      <path d="M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6" />
      <circle cx="10.2" cy="4.5" r="1.7" />
      <circle cx="5.8" cy="11.5" r="1.7" />
    </Icon>
  ),
  more: (
    <Icon>
      <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2" />
    </Icon>
  ),
  priority: (
    <Icon>
      <path d="M8 13V3.5M4 7.5l4-4 4 4" />
    </Icon>
  ),
  code: (
    <Icon>
      <path d="m5.5 4.5-3.5 3.5 3.5 3.5M10.5 4.5 14 8l-3.5 3.5M9 3 7 13" />
    </Icon>
  ),
  download: (
    <Icon>
      <path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.5h10" />
    </Icon>
  ),
  link: (
    <Icon>
      <path d="M6.8 9.2a2.4 2.4 0 0 0 3.4 0l2.2-2.2a2.4 2.4 0 0 0-3.4-3.4L8.2 4.4M9.2 6.8a2.4 2.4 0 0 0-3.4 0L3.6 9a2.4 2.4 0 0 0 3.4 3.4l.8-.8" />
    </Icon>
  ),
  bell: (
    <Icon>
      <path d="M4 11.2V7a4 4 0 0 1 8 0v4.2l1 1.3H3l1-1.3ZM6.8 14.2h2.4" />
    </Icon>
  ),
  warning: (
    <Icon>
      <path d="M8 2.6 1.8 13.2h12.4L8 2.6ZM8 6.6v3M8 11.4h.01" />
    </Icon>
  ),
} as const;

export type IconName = keyof typeof icons;

/** Our mark: a line of work and its branch. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <path d="M11 11v10M11 19c0-5 10-2.5 10-7.5" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" />
      <g fill="#fff">
        <circle cx="11" cy="9" r="3.2" />
        <circle cx="11" cy="23" r="3.2" />
        <circle cx="21" cy="10.5" r="3.2" />
      </g>
    </svg>
  );
}
