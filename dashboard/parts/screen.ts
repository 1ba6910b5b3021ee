import { type ITheme, Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";

export type Screen = {
  /** All of it anew, for a terminal of this size. */
  show(of: { columns: number; rows: number; text: string }): void;
  write(text: string): void;
  /** With somebody's hands on it, keys and pastes go there; the size is theirs. Null takes them off. */
  handTo(hands: ScreenHands | null): void;
  close(): void;
};

export type ScreenHands = {
  keys(text: string): void;
  paste(text: string): void;
  /** How much the place has room for. */
  size(of: { columns: number; rows: number }): void;
};

const largest = 13;
const smallest = 8;
/** The size of a window that is being drawn larger changes all the time: what it comes to is told. */
const settleMs = 150;
/** Characters that wait to be drawn: with more of them the rest is left out, and the next screen is whole again. */
const mostWaiting = 2_000_000;
/**
 * What a program asks of the terminal around its text (Operating System Commands): titles, links, the clipboard, colours
 * of the theme, notifications, pictures. None of it is done (S40).
 */
const commands = [
  0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 17, 19, 22, 50, 52, 99, 104, 110, 111, 112, 133, 633, 777, 1337,
];

/** What a program asks a terminal about itself: what it is, where its cursor stands, which modes are on. */
const questions = [
  { final: "c" },
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  { final: "n" },
  { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  { prefix: ">", final: "q" },
  { prefix: "?", final: "u" },
];

/** The key that gives the keyboard back to the page: all others are the program's. */
export const leaveKey = "F6";

/** A screen to look at: no key and no answer of it goes anywhere, unless it is handed to somebody. */
export function openScreen(place: HTMLElement): Screen {
  const terminal = new Terminal({
    disableStdin: true,
    cursorBlink: false,
    cursorInactiveStyle: "outline",
    scrollback: 2_000,
    fontFamily: getComputedStyle(place).fontFamily,
    fontSize: largest,
    theme: themeOf(place),
    linkHandler: { activate: () => undefined },
    minimumContrastRatio: 4.5,
  });
  for (const command of commands) terminal.parser.registerOscHandler(command, () => true);
  // tmux has answered its program already: an answer of ours would be typed.
  for (const id of questions) terminal.parser.registerCsiHandler(id, () => true);
  for (const intermediates of ["$", "+"]) terminal.parser.registerDcsHandler({ intermediates, final: "q" }, () => true);
  terminal.open(place);
  // It takes no keys, so that Tab goes past it.
  if (terminal.textarea !== undefined) terminal.textarea.tabIndex = -1;
  let hands: ScreenHands | null = null;
  terminal.attachCustomKeyEventHandler((event) => {
    if (hands === null) return false;
    if (event.key === leaveKey) {
      event.preventDefault();
      place.focus();
      return false;
    }
    // The browser's own: to paste, and to copy what is selected.
    const key = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : "";
    return key !== "v" && !(key === "c" && terminal.hasSelection());
  });
  terminal.onData((text) => hands?.keys(text));
  // By the terminal itself, which knows whether its program takes pastes as such.
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text !== "") hands?.paste(text);
  };
  place.addEventListener("paste", onPaste, { capture: true });
  let waiting = 0;

  const fitFont = () => {
    const screen = place.querySelector<HTMLElement>(".xterm-screen");
    const now = terminal.options.fontSize ?? largest;
    if (screen === null || screen.offsetWidth === 0) return;
    const fitting = Math.floor(((place.clientWidth - 16) / screen.offsetWidth) * now * 2) / 2;
    const size = Math.max(smallest, Math.min(largest, fitting));
    if (size !== now) terminal.options.fontSize = size;
  };
  let timer: number | undefined;
  const tellSize = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const screen = place.querySelector<HTMLElement>(".xterm-screen");
      if (hands === null || screen === null || screen.offsetWidth === 0) return;
      const scale = largest / (terminal.options.fontSize ?? largest);
      const width = (screen.offsetWidth / terminal.cols) * scale;
      const height = (screen.offsetHeight / terminal.rows) * scale;
      const room = Math.max(320, window.innerHeight - place.getBoundingClientRect().top - 40);
      hands.size({
        columns: bounded(Math.floor((place.clientWidth - 16) / width), 20, 300),
        rows: bounded(Math.floor(room / height), 10, 80),
      });
    }, settleMs);
  };
  const watch = new ResizeObserver(() => {
    fitFont();
    tellSize();
  });
  watch.observe(place);

  const write = (text: string) => {
    if (waiting > mostWaiting) return;
    waiting += text.length;
    terminal.write(text, () => {
      waiting -= text.length;
    });
  };
  return {
    show({ columns, rows, text }) {
      terminal.reset();
      terminal.resize(columns, rows);
      fitFont();
      write(text);
    },
    write,
    handTo(next) {
      if (hands === next) return;
      hands = next;
      terminal.options.disableStdin = next === null;
      terminal.options.cursorBlink = next !== null;
      if (terminal.textarea !== undefined) terminal.textarea.tabIndex = next === null ? -1 : 0;
      if (next === null) return;
      tellSize();
      terminal.focus();
    },
    close() {
      clearTimeout(timer);
      place.removeEventListener("paste", onPaste, { capture: true });
      watch.disconnect();
      terminal.dispose();
    },
  };
}

function bounded(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** The frame is dark in both themes, as terminals are: programs choose their colours for that. */
function themeOf(place: HTMLElement): ITheme {
  const style = getComputedStyle(place);
  return {
    background: style.getPropertyValue("--terminal-ground").trim(),
    foreground: style.getPropertyValue("--terminal-text").trim(),
  };
}
