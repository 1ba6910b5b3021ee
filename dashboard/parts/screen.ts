import { type ITheme, Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";

export type Screen = {
  /** All of it anew, for a terminal of this size. */
  show(of: { columns: number; rows: number; text: string }): void;
  write(text: string): void;
  close(): void;
};

const largest = 13;
const smallest = 8;
/** Characters that wait to be drawn: with more of them the rest is left out, and the next screen is whole again. */
const mostWaiting = 2_000_000;
/**
 * What a program asks of the terminal around its text (Operating System Commands): titles, links, the clipboard, colours
 * of the theme, notifications, pictures. None of it is done (S40).
 */
const commands = [
  0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 17, 19, 22, 50, 52, 99, 104, 110, 111, 112, 133, 633, 777, 1337,
];

/** A screen to look at: no key and no answer of it goes anywhere. */
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
  terminal.open(place);
  // It takes no keys, so that Tab goes past it.
  if (terminal.textarea !== undefined) terminal.textarea.tabIndex = -1;
  terminal.attachCustomKeyEventHandler(() => false);
  let waiting = 0;

  const fitFont = () => {
    const screen = place.querySelector<HTMLElement>(".xterm-screen");
    const now = terminal.options.fontSize ?? largest;
    if (screen === null || screen.offsetWidth === 0) return;
    const fitting = Math.floor(((place.clientWidth - 16) / screen.offsetWidth) * now * 2) / 2;
    const size = Math.max(smallest, Math.min(largest, fitting));
    if (size !== now) terminal.options.fontSize = size;
  };
  const watch = new ResizeObserver(fitFont);
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
    close() {
      watch.disconnect();
      terminal.dispose();
    },
  };
}

/** The frame is dark in both themes, as terminals are: programs choose their colours for that. */
function themeOf(place: HTMLElement): ITheme {
  const style = getComputedStyle(place);
  return {
    background: style.getPropertyValue("--terminal-ground").trim(),
    foreground: style.getPropertyValue("--terminal-text").trim(),
  };
}
